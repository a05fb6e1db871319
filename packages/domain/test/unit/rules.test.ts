import { describe, expect, it } from 'vitest'
import { domain } from '@jejak/domain'
import { meetStages, unmetCodes, unmetStages } from '../support/codes.ts'
import { shipped } from '../support/editions.ts'
import { prabumulih } from '../support/prabumulih.ts'
import { againRows } from '../rows/again.ts'
import { allocationRows } from '../rows/allocation.ts'
import { cashRows } from '../rows/cash.ts'
import { changingRows } from '../rows/changing.ts'
import { correctionRows } from '../rows/corrections.ts'
import { communityRows, readinessRows } from '../rows/community.ts'
import { complaintRows } from '../rows/complaint.ts'
import { cycleRows } from '../rows/cycle.ts'
import { facilitatorRows } from '../rows/facilitator.ts'
import { bankStatementRows } from '../rows/bank-statement.ts'
import { findingRows } from '../rows/finding.ts'
import { generationRows } from '../rows/generations.ts'
import { grantUseRows } from '../rows/grant-use.ts'
import { jointRows } from '../rows/joint.ts'
import { kernelRows } from '../rows/kernel.ts'
import { groupRows } from '../rows/groups.ts'
import { kubeRows } from '../rows/kube.ts'
import { lendingRows } from '../rows/lending.ts'
import { officeRows } from '../rows/offices.ts'
import { partnershipRows } from '../rows/partnership.ts'
import { peopleRows } from '../rows/people.ts'
import { proposalContractRows } from '../rows/proposal-contract.ts'
import { proposalFileRows } from '../rows/proposal-file.ts'
import { proposalWorksRows } from '../rows/proposal-works.ts'
import { releaseRows } from '../rows/release.ts'
import { sourceRows } from '../rows/sources.ts'
import { swadayaRows } from '../rows/swadaya.ts'
import { useRows } from '../rows/use.ts'

describe('who, when, which paper', kernelRows)
describe('institutions, persons, editions', peopleRows)
describe('offices and members', officeRows)
describe('business groups', groupRows)
describe('the cycle', cycleRows)
describe('nine stages', communityRows)
describe('another edition', changingRows)
describe('softer stages', readinessRows)
describe('a business group', kubeRows)
describe('the allocation', allocationRows)
describe('the file of a proposal', proposalFileRows)
describe('contract and changes', proposalContractRows)
describe('the works', proposalWorksRows)
describe('complaints', complaintRows)
describe('bank statements', bankStatementRows)
describe('findings', findingRows)
describe('facilitators', facilitatorRows)
describe('partnerships', partnershipRows)
describe('loans', lendingRows)
describe('release of a tranche', releaseRows)
describe('use of a tranche', useRows)
describe('use of a grant', grantUseRows)
describe('sources', sourceRows)
describe('cash and taxes', cashRows)
describe('swadaya', swadayaRows)
describe('amounts and years', jointRows)

describe('the same again', againRows)
describe('generations', generationRows)

describe('corrections', correctionRows)

describe('the catalogue', () => {
  // Runs last: it judges what the rows above have met.
  it('has no code that no row of this file reaches', () => expect(unmetCodes()).toEqual({ refused: [], noted: [] }))
  it.each(['KOTAKU-2018', 'P2KP3-2006', 'UPK-2010'].flatMap((id) => Object.keys(shipped(id).workflows).map((kind) => [id, kind] as const)))(
    'every stage, side state and outcome of %s, %s was reached by commands',
    async (id, kind) => {
      meetStages((await prabumulih.until(284)()).facts.map(({ fact }) => fact))
      const workflow = domain.workflow(kind, shipped(id))
      expect(workflow && unmetStages(id, kind, workflow)).toEqual([])
    },
  )
})
