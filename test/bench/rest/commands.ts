import { randomUUID } from 'node:crypto'

/** A request ready to be sent. */
export interface Ready {
  readonly method: 'POST'
  readonly path: string
  readonly headers: Readonly<Record<string, string>>
  readonly body: string
}

/** What the commands need: an area of the reference data, tokens of two people, the day. */
export interface World {
  readonly area: string
  readonly faskel: string
  readonly korkot: string
  readonly today: string
}

type Who = 'faskel' | 'korkot'

/** The life of a complaint: one command that opens it and eight decisions, each of which reads, folds and asks the machine and rules. */
const life: readonly { readonly verb: string; readonly who: Who; readonly data: (n: number, world: World) => Record<string, unknown> }[] = [
  {
    verb: '',
    who: 'faskel',
    data: (n, { area }) => ({
      area,
      channel: 'form',
      anonymous: false,
      summary: `Saluran yang digali setengah membanjiri rumah, laporan ${n}`,
    }),
  },
  { verb: '/log', who: 'faskel', data: (n) => ({ register: `PGD-${n}` }) },
  { verb: '/classify', who: 'korkot', data: () => ({ severity: 2, category: 'technical' }) },
  { verb: '/assign', who: 'korkot', data: () => ({ to: 'FASKEL' }) },
  { verb: '/investigate', who: 'faskel', data: () => ({ notes: 'Galian 40 m belum ditutup, air masuk ke tiga rumah' }) },
  { verb: '/propose-solution', who: 'faskel', data: () => ({ solution: 'Papan sementara dan parit oleh warga' }) },
  { verb: '/resolve', who: 'faskel', data: () => ({ notes: 'Parit selesai, warga puas' }) },
  { verb: '/publish', who: 'faskel', data: () => ({}) },
  { verb: '/close', who: 'korkot', data: () => ({}) },
]

const sha256 = 'affbbf29d3a7f397df1fd70c6b21900ec8527994bdef2efe2d8ced8013d5a247'

/** The commands of so many complaints, one after the other: what one connection sends. */
export function commandsOf(complaints: number, world: World, newId: () => string): readonly Ready[] {
  return Array.from({ length: complaints }, (_, index) => {
    const id = newId()
    return life.map(({ verb, who, data }): Ready => {
      const body = {
        ...(verb === '' ? { id } : {}),
        effectiveOn: world.today,
        evidence: [{ docType: 'berita-acara', sha256, number: `BA-${index}`, date: world.today }],
        data: data(index, world),
      }
      return {
        method: 'POST',
        path: verb === '' ? '/v1/complaints' : `/v1/complaints/${id}${verb}`,
        headers: {
          authorization: `Bearer ${world[who]}`,
          'content-type': 'application/json',
          'idempotency-key': `"${randomUUID()}"`,
        },
        body: JSON.stringify(body),
      }
    })
  }).flat()
}
