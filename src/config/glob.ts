/** Matches texts in which `*` stands for anything. */
export function globPattern(glob: string): RegExp {
  const parts = glob.split('*').map((part) => part.replaceAll(/[\\^$.*+?()[\]{}|]/g, '\\$&'));
  return new RegExp(`^${parts.join('[^]*?')}$`);
}
