import { assumptions } from '../assumptions.ts'
import { newYear } from '../days.ts'
import { after, entity, type Setting, type Year } from './setting.ts'

const summaries = [
  ['technical', 'Saluran yang digali setengah jadi menggenangi jalan'],
  ['funds', 'Warga menanyakan pembayaran upah kerja'],
  ['procedure', 'Undangan rembug tidak sampai ke beberapa RT'],
  ['information', 'Papan informasi dana belum dipasang'],
  ['conduct', 'Bahan bangunan diletakkan menutup jalan'],
] as const

/** What a complaint is about. */
interface About {
  readonly tranche?: string
  readonly proposal?: string
}

type Told = Pick<Year, 'random' | 'working'> & Setting

/** A complaint from its receipt to its closing (DOMAIN §8.4). Gives the day on which it is resolved. */
export function tellComplaint(year: Told, received: number, severity: number, about: About): number {
  const { plan, board, officers, random, place } = year
  const complaint = random.id(received)
  const subject = entity('complaint', complaint)
  const [category, summary] = random.pick(summaries)
  const clerk = (day: number) => board.secretary.on(day)
  plan.tell(received, 'complaint.Receive', subject, {
    by: { role: 'WARGA' },
    recorder: clerk(received),
    data: {
      area: place.area,
      ...about,
      channel: random.pick(['form', 'letter', 'message', 'meeting', 'visit']),
      anonymous: random.chance(0.2),
      summary,
    },
  })
  let day = received
  const next = (
    median: number,
    command: string,
    who: (on: number) => ReturnType<typeof clerk>,
    data: Record<string, unknown> = {},
  ): void => {
    day = after(year, day, median)
    plan.tell(day, command, subject, { by: who(day), papers: ['lembar-ppm'], data })
  }
  const korkot = (on: number) => officers.korkot.on(on)
  const faskel = (on: number) => officers.social.on(on)
  next(1, 'complaint.Log', clerk, { register: `PPM/${place.code}/${complaint.slice(-8)}` })
  next(2, 'complaint.Classify', korkot, { severity, category })
  next(1, 'complaint.Assign', korkot, { to: 'FASKEL' })
  if (random.chance(assumptions.complaintEscalated)) {
    next(4, 'complaint.Escalate', faskel, { to: 'KMW' })
    day += 1
    next(3, 'complaint.Assign', (on) => officers.kmw.on(on), { to: 'FASKEL' })
  }
  next(4, 'complaint.Investigate', faskel)
  if (severity < 4 && random.chance(assumptions.complaintLeftOpen)) return day
  next(3, 'complaint.ProposeSolution', faskel, { solution: 'Diselesaikan bersama warga dan KSM di lokasi' })
  next(5, 'complaint.Resolve', faskel)
  const resolved = day
  next(3, 'complaint.Publish', clerk)
  next(4, 'complaint.Close', korkot)
  return resolved
}

/** The complaints of a year that suspend nothing, about the works once there are any. */
export function tellComplaints(year: Year, works: readonly { readonly id: string; readonly from: number }[]): void {
  const { random, working } = year
  for (let left = random.count(assumptions.complaintsPerYear); left > 0; left -= 1) {
    const day = working.from(newYear(year.year) + random.whole(20, 350))
    const begun = works.filter(({ from }) => from < day)
    const about = begun.length > 0 && random.chance(0.7) ? { proposal: random.pick(begun).id } : {}
    tellComplaint(year, Math.max(day, year.board.ready), random.weighted(assumptions.complaintSeverity), about)
  }
}

/**
 * A severe complaint about a tranche that is paid out: it stands still until the complaint is resolved and somebody lifts the suspension.
 * Gives the day from which the board may go on with it; the day it is given when there is no such complaint.
 */
export function tellSevere(year: Year, tranche: string, from: number): number {
  const { plan, officers, random, working } = year
  if (!random.chance(assumptions.complaintSevere)) return from
  const resolved = tellComplaint(year, working.from(from + 1), random.whole(4, 5), { tranche })
  const resumed = after(year, resolved, 2)
  plan.tell(resumed, 'tranche.Resume', entity('tranche', tranche), {
    by: officers.korkot.on(resumed),
    papers: ['surat'],
    data: { why: 'Pengaduan selesai' },
  })
  return resumed
}
