/**
 * Keeps the screen lit while it is looked at, where the browser can: it takes the lock away whenever the
 * page is hidden, so it is asked for again. Returns how to let go.
 */
export function runWakeLock(): () => void {
  let lock: WakeLockSentinel | undefined;
  let isOver = false;
  const take = (): void => {
    // Only over https or on this machine, and not in every browser, whatever the types say.
    if (!('wakeLock' in navigator) || document.visibilityState === 'hidden') return;
    navigator.wakeLock.request('screen').then(
      (taken) => {
        lock = taken;
        if (isOver) void taken.release();
      },
      // A battery that is low refuses it: the screen goes dark as it always does.
      () => undefined,
    );
  };
  take();
  document.addEventListener('visibilitychange', take);
  return () => {
    isOver = true;
    document.removeEventListener('visibilitychange', take);
    void lock?.release();
  };
}
