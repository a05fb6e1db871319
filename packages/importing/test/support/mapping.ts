import { parseMapping, type ReadMapping } from '@jejak/importing'

/** A mapping of small files for the edition of the university; `more` is YAML put behind it. */
export const mappingOf = (source: string, more = ''): ReadMapping =>
  parseMapping(
    `
source: ${source}
edition: { id: UNIVERSITY-RFP, revision: 1 }
kind: payment-request
events: { caseId: case, row: [case, id] }
time: { column: time }
actor: { role: { column: role } }
recorder: { person: 01900000-0000-7000-8000-0000000000a1, role: ARCHIVE }
open:
  title: { template: 'Request {case}' }
activity: act
activities:
  submitted: { step: request, outcome: submitted }
  checked: { step: administration, outcome: approved }
  approved: { step: supervisor, outcome: final-approved }
  ordered: { step: payment, outcome: requested }
  paid: { step: payment, outcome: handled }
  seen: ignore
${more}`,
    'mapping.yml',
  )
