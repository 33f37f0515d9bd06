/** The files of a ZIP archive, read by its central directory, as a spreadsheet program does. */
import { crc32, inflateRawSync } from 'node:zlib';

/** By path. Throws where a file is not what the directory says of it. */
export function unzipped(archive: Buffer): Map<string, string> {
  const end = archive.lastIndexOf('PK\x05\x06', undefined, 'latin1');
  const files = new Map<string, string>();
  let at = archive.readUInt32LE(end + 16);
  for (let left = archive.readUInt16LE(end + 10); left > 0; left--) {
    const [packed, size] = [archive.readUInt32LE(at + 20), archive.readUInt32LE(at + 24)];
    const [name, extra, comment] = [28, 30, 32].map((field) => archive.readUInt16LE(at + field));
    const local = archive.readUInt32LE(at + 42);
    const from = local + 30 + archive.readUInt16LE(local + 26) + archive.readUInt16LE(local + 28);
    const path = archive.toString('utf8', at + 46, at + 46 + Number(name));
    const content = inflateRawSync(archive.subarray(from, from + packed));
    if (content.length !== size || crc32(content) !== archive.readUInt32LE(at + 16))
      throw new Error(`${path} is not whole`);
    files.set(path, content.toString('utf8'));
    at += 46 + Number(name) + Number(extra) + Number(comment);
  }
  return files;
}
