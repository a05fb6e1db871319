import type { Party } from '@jejak/demo'
import type { Wish } from './given.ts'
import { act, entity, id, line, prabumulih, who } from './prabumulih.ts'

/** A second allocation of the same cycle, with its tranches, its proposal and its group's other works. */
export const other = {
  allocation: { kind: 'allocation', id: id('ALK-2019') },
  t1: { kind: 'tranche', id: id('ALK-2019-T1') },
  proposal: { kind: 'proposal', id: id('PRO-Z') },
} as const

export const otherDecreed: Wish = line(16, {
  subject: other.allocation,
  data: { component: 'PREVENTION', number: 'SK-ALOKASI-2', amount: '100000000' },
})
export const otherDrafted: Wish = line(31, { subject: other.proposal, data: { allocation: other.allocation.id, number: 'PROP-Z' } })

/** A further proposal of group A under the first allocation. */
export const further = { kind: 'proposal', id: id('PRO-D') } as const
export const furtherDrafted: Wish = line(31, { subject: further, data: { number: 'PROP-D', grant: '5000000' } })
const furtherLines = [{ line: '1', item: 'Bak sampah', amount: '5000000', fundedBy: 'grant' }]
/** The same, taken to the meeting of the board. */
export const furtherAtV5: readonly Wish[] = [
  furtherDrafted,
  line(34, { subject: further, data: { number: 'PROP-D', grant: '5000000', lines: furtherLines } }),
  ...[40, 43, 45, 47].map((seq) => line(seq, { subject: further })),
]

/** An institution and one office of it, as the prelude records them. */
export function house(
  label: string,
  kind: string,
  person: string,
  role: string,
  from = '2017-01-02',
): { readonly party: Party; readonly wishes: readonly Wish[] } {
  const subject = { kind: 'institution', id: id(label) }
  return {
    party: { person: id(person), role, institution: subject.id },
    wishes: [
      act('institution.Form', subject, who.system, { institutionKind: kind, name: label.replaceAll('-', ' ') }),
      act('institution.AssumeOffice', subject, who.system, { holder: id(person), role, from }),
    ],
  }
}

/** An office for somebody of an institution that exists. */
export const office = (holder: Party, more: object = {}): Wish =>
  act('institution.AssumeOffice', { kind: 'institution', id: holder.institution ?? '' }, who.system, {
    holder: holder.person,
    role: holder.role,
    from: '2017-01-02',
    ...more,
  })

const works = [
  { subject: entity.a, ksm: who.ksmA },
  { subject: entity.b, ksm: who.ksmB },
  { subject: entity.c, ksm: who.ksmC },
]

/** Progress of A, B and C, reported and verified, on top of the 46, 44 and 38 percent of 2018-08-20. */
export const progress = (...percents: readonly string[]): Wish[] =>
  works.flatMap(({ subject, ksm }, index): Wish[] => {
    const percent = percents[index]
    return percent === undefined
      ? []
      : [act('proposal.ReportProgress', subject, ksm, { percent }), act('proposal.VerifyProgress', subject, who.faskelT, { percent })]
  })

/** Lines of the scenario, one after the other, as they stand. */
export const lines = (...seqs: readonly number[]): Wish[] => seqs.map((seq) => line(seq))

export const { until } = prabumulih

/** A complaint about tranche 2 up to its classification. */
export const complaint = (severity: number): Wish[] => [...lines(190, 191), line(192, { data: { severity } })]
