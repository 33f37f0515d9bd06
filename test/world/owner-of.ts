/** Which of some processes has a connection from a local port (Linux: read from /proc). */
import { readdirSync, readFileSync, readlinkSync } from 'node:fs';

export function ownerOf(port: number, pids: readonly number[]): number | undefined {
  const local = `:${port.toString(16).toUpperCase().padStart(4, '0')}`;
  const inodes = new Set(
    ['/proc/net/tcp', '/proc/net/tcp6'].flatMap((table) =>
      readFileSync(table, 'utf8')
        .split('\n')
        .map((line) => line.trim().split(/\s+/))
        .filter(([, address]) => address?.endsWith(local))
        .map((fields) => `socket:[${fields[9]}]`),
    ),
  );
  return pids.find((pid) => {
    try {
      return readdirSync(`/proc/${pid}/fd`).some((fd) => inodes.has(readlinkOf(`/proc/${pid}/fd/${fd}`)));
    } catch {
      // It has ended.
      return false;
    }
  });
}

function readlinkOf(path: string): string {
  try {
    return readlinkSync(path);
  } catch {
    // Closed since it was listed.
    return '';
  }
}
