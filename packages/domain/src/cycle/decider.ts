import { decider, type CommandSpec, type DataOfCommand } from '../kernel/decider.ts'
import { rupiah, sen, sumSen } from '../kernel/rupiah.ts'
import { dataRule, type Situation } from '../kernel/rule.ts'
import type { Json } from '../kernel/event.ts'
import { membersOf, one } from '../kernel/world.ts'
import { areaFold } from '../area/machine.ts'
import { allocationFold, approvable } from '../allocation/machine.ts'
import { proposalFold } from '../proposal/machine.ts'
import * as commands from './commands.ts'
import { keyOf } from '../kernel/authority.ts'
import { institutionFold } from '../institution/machine.ts'
import { groupRules } from '../institution/rules-group.ts'
import { changingRules, placedIn } from '../edition/changing.ts'
import { endNotForced, forcingRules, reopenable } from './forcing.ts'
import { cycleKey, cycleKeyFold, type Cycle } from './machine.ts'

type Start = typeof commands.StartCycle.records
type Priorities = typeof commands.DecidePriorities.records
type Given<C extends CommandSpec> = DataOfCommand<C>

/** G-01: no cycle without the decree of the location. Source: DOMAIN §1.1, step 1.1; R:D4. */
const locationDecreed = dataRule<Cycle, Given<typeof commands.StartCycle>>('location-not-decreed', {
  guard: 'G-01',
  id: 'Wilayah ini tidak tercantum dalam SK lokasi program {programme}.',
  en: 'This area is not on the location list of the programme {programme}.',
  source: 'DOMAIN §1.1, §2.5 item 1',
  metBy: ['area.LocationDecreed'],
  broken: ({ world, call, edition }) => {
    const { locations } = world.one(areaFold, call.data.area).data
    if (!edition.locationDecree) return undefined
    return !locations.some((location) => location.programme === edition.programme) && { details: { programme: edition.programme } }
  },
})

const decisions = ({ call }: Situation<Cycle, Given<typeof commands.DecidePriorities>>) => call.data.decisions

/** G-10: the board approves no more than the allocation leaves after operating cost. Source: DOMAIN §3.2, §2.3. */
const withinAllocation = dataRule<Cycle, Given<typeof commands.DecidePriorities>>('approved-exceeds-allocation', {
  guard: 'G-10',
  id: 'Jumlah yang disetujui {approved:rp} melebihi alokasi sesudah BOP {limit:rp}.',
  en: 'The approved total {approved:rp} exceeds the allocation less operating cost {limit:rp}.',
  source: 'DOMAIN §3.2; G-10',
  broken: (x) => {
    const allocation = x.world.one(allocationFold, x.call.data.allocation)
    const limit = approvable(allocation.data, allocation.edition ? x.editionOf(allocation.edition) : x.edition)
    const named = new Set(decisions(x).map((decision) => decision.proposal))
    const earlier = x.world.members(proposalFold, `allocation:${allocation.id}`).filter((proposal) => !named.has(proposal.id))
    const approved = sumSen([
      ...earlier.map((proposal) => proposal.data.approvedSen),
      ...decisions(x).map(({ amount }) => sen(amount ?? '0')),
    ])
    return approved > limit && { details: { approved: rupiah(approved), limit: rupiah(limit) }, facts: [allocation.last] }
  },
})

/** The board may approve less than was asked, never more. Source: DOMAIN §3.3, V5. */
const withinProposal = dataRule<Cycle, Given<typeof commands.DecidePriorities>>('approved-exceeds-proposal', {
  id: 'Usulan {proposal} meminta {asked:rp}; disetujui {approved:rp}.',
  en: 'The proposal {proposal} asks for {asked:rp}; {approved:rp} was approved.',
  source: 'DOMAIN §3.3, V5',
  broken: (x) => {
    for (const { proposal: id, amount } of decisions(x)) {
      const proposal = x.world.one(proposalFold, id)
      if (amount !== undefined && sen(amount) > proposal.data.grantSen)
        return {
          details: { proposal: proposal.data.number, asked: rupiah(proposal.data.grantSen), approved: amount },
          facts: [proposal.last],
        }
    }
    return undefined
  },
})

const approvedAmounts = dataRule<Cycle, Given<typeof commands.DecidePriorities>>('approval-without-amount', {
  id: 'Usulan yang disetujui memerlukan jumlah; yang ditunda atau ditolak tidak.',
  en: 'An approved proposal needs an amount; a deferred or rejected one has none.',
  source: 'DOMAIN §3.3, V5',
  sort: 'input',
  broken: (x) => {
    const index = decisions(x).findIndex(({ outcome, amount }) => outcome.startsWith('approved') !== (amount !== undefined))
    return (
      index >= 0 && {
        errors: [
          {
            pointer: `/decisions/${index}/amount`,
            detail: { id: 'jumlah bila dan hanya bila disetujui', en: 'amount if and only if approved' },
          },
        ],
      }
    )
  },
})

const onePriorityEach = dataRule<Cycle, Given<typeof commands.DecidePriorities>>('proposal-ranked-twice', {
  id: 'Satu usulan atau satu peringkat disebut dua kali.',
  en: 'One proposal or one rank is named twice.',
  source: 'DOMAIN §3.2',
  sort: 'input',
  broken: (x) => {
    const named = new Set(decisions(x).map(({ proposal }) => proposal))
    const ranks = new Set(decisions(x).map(({ rank }) => rank))
    return named.size < decisions(x).length || ranks.size < decisions(x).length
  },
})

const sameAllocation = dataRule<Cycle, Given<typeof commands.DecidePriorities>>('proposal-of-other-allocation', {
  id: 'Usulan {proposal} bukan bagian dari alokasi ini.',
  en: 'The proposal {proposal} does not belong to this allocation.',
  source: 'CONTRACTS B3',
  sort: 'reference',
  broken: (x) => {
    const other = decisions(x).find(({ proposal }) => x.world.one(proposalFold, proposal).data.allocation !== x.call.data.allocation)
    return other && { details: { proposal: other.proposal } }
  },
})

const somethingAttached = dataRule<Cycle, unknown>('nothing-attached', {
  id: 'Tidak ada surat yang dilampirkan.',
  en: 'No paper is attached.',
  source: 'DOMAIN appendix A',
  sort: 'input',
  broken: ({ call }) => call.evidence.length === 0,
})

const forcing = forcingRules<Cycle, { to: string }>(({ self, edition }) => ({ run: self, edition }))

const groupOfArea = dataRule<Cycle, Given<typeof commands.StartCycle>>('group-not-of-area', {
  id: 'Kelompok yang dirujuk sudah bubar atau bukan kelompok di wilayah ini.',
  en: 'The group referred to is dissolved, or is none of this area.',
  source: 'DOMAIN §1.5',
  sort: 'reference',
  broken: ({ world, call, edition }) => {
    if (call.data.group === undefined) return undefined
    const group = world.one(institutionFold, call.data.group)
    const areas = group.ancestors.filter((tag) => tag.startsWith('area:'))
    // What G-15 judges is a business group; other programmes may go by groups of any kind.
    const isOther = edition.group !== undefined && group.data.kind !== 'KUBE'
    return isOther || group.data.dissolvedOn !== undefined || (areas.length > 0 && !areas.includes(`area:${call.data.area}`))
  },
})

/** Where the edition judges a group in its cycle (G-15), a run without one would pass unjudged. */
const groupNamed = dataRule<Cycle, Given<typeof commands.StartCycle>>('group-missing', {
  guard: 'G-15',
  id: 'Edisi ini berjalan per kelompok usaha: sebutkan group.',
  en: 'This edition goes by business groups: name it in group.',
  source: 'DOMAIN §1.5',
  broken: ({ edition, call }) => edition.group?.cycleMark !== undefined && call.data.group === undefined,
})

const yearsBefore = 3

/** The runs of the years before, latest first. */
const earlierKeys = ({ call: { data }, programme }: Situation<Cycle, Given<typeof commands.StartCycle>>): string[] =>
  programme === undefined || data.review !== true
    ? []
    : Array.from({ length: yearsBefore }, (_, back) => cycleKey({ ...data, year: String(Number(data.year) - back - 1) }, programme))

/** A year of review looks back at a year that was gone through: noted where the log has none, for it may begin in the middle. */
const reviewsAYear = dataRule<Cycle, Given<typeof commands.StartCycle>>('nothing-to-review', {
  id: 'Tahun reviu tanpa siklus tahun sebelumnya: tiga tahun terakhir belum ada siklus program ini di wilayah ini.',
  en: 'A year of review without a year before: this programme has run no cycle in this area in the three years before.',
  source: 'DOMAIN §1.2',
  broken: (x) => {
    const found = earlierKeys(x).some((key) => x.world.one(cycleKeyFold, key).data.holder !== undefined)
    return x.call.data.review === true && !found && { waived: true }
  },
})

export const startCycle = decider<Cycle, Start>(commands.StartCycle, {
  pins: ({ call }) => call.data.edition,
  reads: [
    (x) => [
      one(areaFold, x.call.data.area),
      ...(x.call.data.group === undefined ? [] : [one(institutionFold, x.call.data.group)]),
      ...earlierKeys(x).map((key) => one(cycleKeyFold, key)),
    ],
  ],
  rules: [locationDecreed, groupNamed, groupOfArea, reviewsAYear],
  outcome: ({ call }) => (call.data.review ? 'review' : undefined),
  computed: ({ call }): Record<string, Json> => (call.data.review ? { outcome: 'review' } : {}),
  keys: ({ call, programme }) => (programme === undefined ? [] : [cycleKey(call.data, programme)]),
})

const groupRead = [({ self }: Situation<Cycle>) => (self.data.group === undefined ? [] : [one(institutionFold, self.data.group)])]

/** G-15: the group that goes through the cycle is judged before it leaves the stage that the edition marks. Source: DOMAIN §1.5. */
const group = groupRules<Cycle, Given<typeof commands.RecordCycleStep>>(({ self, world, workflow, edition, call }) => {
  const mark = edition.group?.cycleMark
  if (mark === undefined || self.data.group === undefined) return undefined
  const key = keyOf(commands.RecordCycleStep.records.type, call.data)
  const leaves = workflow.standing(self.stages).some((leaf) => leaf.marks.includes(mark) && leaf.legal.get(key)?.to !== undefined)
  return leaves ? { group: world.one(institutionFold, self.data.group), edition } : undefined
})

export const recordCycleStep = decider<Cycle, typeof commands.RecordCycleStep.records>(commands.RecordCycleStep, {
  reads: groupRead,
  rules: [group.size, group.eligible, group.account],
})
export const draftPlan = decider<Cycle, typeof commands.DraftPlan.records>(commands.DraftPlan)
export const reviewPlan = decider<Cycle, typeof commands.ReviewPlan.records>(commands.ReviewPlan)
export const ratifyPlan = decider<Cycle, typeof commands.RatifyPlan.records>(commands.RatifyPlan)
export const closeCycle = decider<Cycle, typeof commands.CloseCycle.records>(commands.CloseCycle)

export const decidePriorities = decider<Cycle, Priorities>(commands.DecidePriorities, {
  reads: [
    ({ call }) => [
      one(allocationFold, call.data.allocation),
      membersOf(proposalFold, `allocation:${call.data.allocation}`),
      ...call.data.decisions.map(({ proposal }) => one(proposalFold, proposal)),
    ],
    ({ world, call }) => world.idsOf(proposalFold, `allocation:${call.data.allocation}`).map((id) => one(proposalFold, id)),
  ],
  rules: [sameAllocation, onePriorityEach, approvedAmounts, withinAllocation, withinProposal],
  asks: ({ world, call }) =>
    call.data.decisions.map(({ proposal, outcome }) => ({
      entity: world.one(proposalFold, proposal),
      key: `cycle.PrioritiesDecided:${outcome}`,
    })),
})

export const forceStage = decider<Cycle, typeof commands.ForceStage.records>(commands.ForceStage, {
  rules: [forcing.mayForce, forcing.explained, forcing.approved, forcing.stageExists, endNotForced],
  placed: ({ call }) => ({ to: call.data.to, how: 'forced' }),
})

export const reopenStage = decider<Cycle, typeof commands.ReopenStage.records>(commands.ReopenStage, {
  rules: [forcing.mayForce, forcing.explained, forcing.stageExists, reopenable],
  placed: ({ call }) => ({ to: call.data.to, how: 'reopened' }),
})

export const holdMeeting = decider<Cycle, typeof commands.HoldMeeting.records>(commands.HoldMeeting)
export const noteStuckReason = decider<Cycle, typeof commands.NoteStuckReason.records>(commands.NoteStuckReason)
export const attachEvidence = decider<Cycle, typeof commands.AttachEvidence.records>(commands.AttachEvidence, {
  rules: [somethingAttached],
})

const changing = changingRules<Cycle, Given<typeof commands.ChangeCycleEdition>>(({ self, call }) => [
  { entity: self, mapping: call.data.stages },
])

export const changeCycleEdition = decider<Cycle, typeof commands.ChangeCycleEdition.records>(commands.ChangeCycleEdition, {
  pins: ({ call }) => call.data.edition,
  rules: [changing.stillOpen, changing.otherEdition, changing.sameProgramme, changing.stagesKnown, changing.nothingEarned],
  placed: ({ self, call }) => placedIn(self, call.data.stages),
})
