import { connect, createServer, type AddressInfo, type Socket } from 'node:net'

/** Which way the bytes go that are counted. */
export type Direction = 'to the server' | 'to the client'

/** A TCP proxy that can be told to cut its connections after a number of bytes. */
export interface Proxy {
  readonly port: number
  /** Cuts the connections when so many more bytes have gone this way. Undefined: never. */
  readonly cutAfter: (direction: Direction, bytes: number | undefined) => void
  /** Bytes that went each way since the last `cutAfter`. */
  readonly passed: () => Readonly<Record<Direction, number>>
  readonly close: () => Promise<void>
}

/** Passes everything on to a port of this machine until told otherwise; what is cut goes on up to the very byte. */
export async function startProxy(target: number): Promise<Proxy> {
  const pairs = new Set<readonly [Socket, Socket]>()
  let cut: { readonly direction: Direction; readonly bytes: number } | undefined
  let passed: Record<Direction, number> = { 'to the server': 0, 'to the client': 0 }

  function carry(from: Socket, to: Socket, direction: Direction): void {
    from.on('data', (chunk: Buffer) => {
      const before = passed[direction]
      passed[direction] += chunk.length
      if (cut?.direction !== direction || passed[direction] < cut.bytes) {
        to.write(chunk)
        return
      }
      const rest = chunk.subarray(0, Math.max(0, cut.bytes - before))
      cut = undefined
      // The last bytes must arrive: the end, not the loss of what was sent before it, is the fault.
      to.end(rest, () => {
        from.resetAndDestroy()
      })
    })
    const end = () => to.destroy()
    from.on('error', end)
    from.on('close', end)
  }

  const server = createServer((client) => {
    const upstream = connect(target, '127.0.0.1')
    const pair = [client, upstream] as const
    pairs.add(pair)
    client.setNoDelay(true)
    upstream.setNoDelay(true)
    carry(client, upstream, 'to the server')
    carry(upstream, client, 'to the client')
    client.once('close', () => pairs.delete(pair))
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  return {
    port: (server.address() as AddressInfo).port,
    cutAfter(direction, bytes) {
      passed = { 'to the server': 0, 'to the client': 0 }
      cut = bytes === undefined ? undefined : { direction, bytes }
    },
    passed: () => passed,
    async close() {
      for (const pair of pairs) for (const socket of pair) socket.destroy()
      await new Promise((resolve) => server.close(resolve))
    },
  }
}
