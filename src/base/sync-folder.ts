import { open } from 'node:fs/promises';

/** Brings to the disk which files a folder has: a new or renamed one is there after a power cut only then. */
export async function syncFolder(folder: string): Promise<void> {
  const handle = await open(folder, 'r');
  try {
    await handle.sync();
  } finally {
    await handle.close();
  }
}
