/**
 * Arrays in PostgreSQL's binary format, for parameters: number of dimensions, whether there are nulls, type of the elements, length, lower
 * bound, then for each element its length (-1: null) and bytes, all integers big-endian. The text format would escape every quote of every
 * body twice. Source: PostgreSQL, src/backend/utils/adt/arrayfuncs.c, array_recv.
 */
const headerLength = 20

function header(type: number, count: number, size: number): Buffer {
  if (count === 0) {
    const empty = Buffer.alloc(12)
    empty.writeInt32BE(type, 8)
    return empty
  }
  const buffer = Buffer.allocUnsafe(headerLength + 4 * count + size)
  buffer.writeInt32BE(1, 0)
  buffer.writeInt32BE(1, 4)
  buffer.writeInt32BE(type, 8)
  buffer.writeInt32BE(count, 12)
  buffer.writeInt32BE(1, 16)
  return buffer
}

/** An int4[]. */
export function int4Array(values: readonly number[]): Buffer {
  const buffer = header(23, values.length, 4 * values.length)
  let at = headerLength
  for (const value of values) {
    at = buffer.writeInt32BE(4, at)
    at = buffer.writeInt32BE(value, at)
  }
  return buffer
}

/** An int8[]. */
export function int8Array(values: readonly (bigint | number | null)[]): Buffer {
  const present = values.filter((value) => value !== null).length
  const buffer = header(20, values.length, 8 * present)
  let at = headerLength
  for (const value of values) {
    at = buffer.writeInt32BE(value === null ? -1 : 8, at)
    if (value !== null) at = buffer.writeBigInt64BE(BigInt(value), at)
  }
  return buffer
}

/** A text[]. */
export function textArray(values: readonly (string | null)[]): Buffer {
  const lengths = values.map((value) => (value === null ? -1 : Buffer.byteLength(value)))
  const buffer = header(
    25,
    values.length,
    lengths.reduce((sum, length) => sum + Math.max(length, 0), 0),
  )
  let at = headerLength
  values.forEach((value, index) => {
    at = buffer.writeInt32BE(lengths[index] ?? -1, at)
    if (value !== null) at += buffer.write(value, at)
  })
  return buffer
}

function fixedArray(type: number, length: number, hexes: readonly string[]): Buffer {
  const buffer = header(type, hexes.length, length * hexes.length)
  let at = headerLength
  for (const hex of hexes) {
    at = buffer.writeInt32BE(length, at)
    at += buffer.write(hex, at, length, 'hex')
  }
  return buffer
}

/** A bytea[] of SHA-256 digests in hexadecimal digits. */
export function digestArray(digests: readonly string[]): Buffer {
  return fixedArray(17, 32, digests)
}

/** A uuid[]. */
export function uuidArray(uuids: readonly string[]): Buffer {
  return fixedArray(
    2950,
    16,
    uuids.map((uuid) => uuid.replaceAll('-', '')),
  )
}
