import { foldOf, on } from '../kernel/entity.ts'
import { ComplaintClassified, ComplaintClosed, ComplaintResolved } from '../complaint/events.ts'
import { FindingClosed, FindingRecorded, FindingReopened } from '../finding/events.ts'

/** What stands between an allocation and its next tranche: positions of the facts, by complaint and by finding. */
export interface Blockers {
  readonly complaints: Readonly<Record<string, number>>
  readonly findings: Readonly<Record<string, { readonly position: number; readonly open: boolean }>>
}

const settled = (blockers: Blockers, complaint: string): Blockers => {
  const { [complaint]: _, ...complaints } = blockers.complaints
  return { ...blockers, complaints }
}

const turned = (blockers: Blockers, finding: string, open: boolean): Blockers => {
  const known = blockers.findings[finding]
  return known ? { ...blockers, findings: { ...blockers.findings, [finding]: { ...known, open } } } : blockers
}

/**
 * Severe complaints and blocking findings about an allocation or anything in it, found by its tag: whatever they are about, they bear it.
 * Source: DOMAIN §2.5 item 8.
 */
export const blockersFold = foldOf<Blockers>('allocation', {
  name: 'blockers',
  initial: { complaints: {}, findings: {} },
  effects: [
    on(ComplaintClassified, (blockers, { outcome }, { fact, position }) =>
      outcome === 'suspending'
        ? { ...blockers, complaints: { ...blockers.complaints, [fact.subject.id]: position } }
        : settled(blockers, fact.subject.id),
    ),
    on(ComplaintResolved, (blockers, _, { fact }) => settled(blockers, fact.subject.id)),
    on(ComplaintClosed, (blockers, _, { fact }) => settled(blockers, fact.subject.id)),
    on(FindingRecorded, (blockers, { blocking }, { fact, position }) =>
      blocking ? { ...blockers, findings: { ...blockers.findings, [fact.subject.id]: { position, open: true } } } : blockers,
    ),
    on(FindingClosed, (blockers, _, { fact }) => turned(blockers, fact.subject.id, false)),
    on(FindingReopened, (blockers, _, { fact }) => turned(blockers, fact.subject.id, true)),
  ],
})

/** Positions of the blocking findings that are open. */
export const openFindings = ({ findings }: Blockers): number[] =>
  Object.values(findings)
    .filter(({ open }) => open)
    .map(({ position }) => position)
