import { correctionReasons, domain, fieldFaults, flagReasons, kernelReasons, type Reason } from '@jejak/domain'
import { derivedReasons } from '@jejak/views'
import { statusOf, titles, type Words } from './problem.ts'

/** A page of the catalogue of problems. */
export interface ProblemPage {
  readonly code: string
  readonly status: number
  readonly title: Words
  readonly why: Words
  readonly guard?: string
  readonly source?: string
  readonly metBy?: readonly string[]
  /** It names a mistake at one place of a request, in `errors[]` of the answer. */
  readonly within?: 'errors'
}

const mistake: Words = { id: 'Kesalahan pada satu tempat dalam permintaan', en: 'A mistake at one place of the request' }

/** Every code that an answer can carry: those of the API, the kernel and the rules, of deviations, and of mistakes in `errors[]`. */
export function problemPages(): readonly ProblemPage[] {
  const own = Object.entries(titles).map(([code, { status, id, en, why }]) => ({ code, status, title: { id, en }, why }))
  const rules = [...domain.slices.values()].flatMap((slice) => slice.deciders.flatMap((decider) => decider.rules))
  const reasons = new Map<string, Reason>(
    [...Object.values({ ...kernelReasons, ...correctionReasons, ...flagReasons, ...derivedReasons }), ...rules].map((reason) => [
      reason.code,
      reason,
    ]),
  )
  const refusals = [...reasons.values()].map((reason) => ({
    code: reason.code,
    status: statusOf[reason.sort],
    title: { id: 'Ditolak', en: 'Refused' },
    why: reason.sentence,
    ...(reason.guard ? { guard: reason.guard } : {}),
    source: reason.source,
    ...(reason.metBy ? { metBy: reason.metBy } : {}),
  }))
  const places = Object.entries(fieldFaults).map(([code, why]) => ({ code, status: 400, title: mistake, why, within: 'errors' as const }))
  return [...own, ...refusals, ...places].sort((a, b) => (a.code < b.code ? -1 : 1))
}
