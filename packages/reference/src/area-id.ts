import { createHash } from 'node:crypto'

/** The decree whose codes the reference file holds: the "edition" of the regions. */
export const regionsDecree = 'kepmendagri-300.2.2-2430-2025'

/**
 * The identifier of an area: UUIDv8 from SHA-256 over `jejak/area`, the decree and the code at first publication, each ended by LF but the
 * last. It stays when the code changes. Source: CONTRACTS A5.
 */
export function areaId(code: string, decree: string = regionsDecree): string {
  const bytes = createHash('sha256').update(`jejak/area\n${decree}\n${code}`, 'utf8').digest().subarray(0, 16)
  bytes.writeUInt8((bytes.readUInt8(6) & 0x0f) | 0x80, 6)
  bytes.writeUInt8((bytes.readUInt8(8) & 0x3f) | 0x80, 8)
  return bytes.toString('hex').replace(/^(.{8})(.{4})(.{4})(.{4})(.{12})$/, '$1-$2-$3-$4-$5')
}
