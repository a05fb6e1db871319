import { decider, type DataOfCommand } from '../kernel/decider.ts'
import { changingRules, placedIn } from '../edition/changing.ts'
import { ChangeCaseEdition, OpenCase, RecordCaseStep } from './commands.ts'
import type { Case } from './machine.ts'

export const openCase = decider<Case, typeof OpenCase.records>(OpenCase, { pins: ({ call }) => call.data.edition })
export const recordCaseStep = decider<Case, typeof RecordCaseStep.records>(RecordCaseStep)

const changing = changingRules<Case, DataOfCommand<typeof ChangeCaseEdition>>(({ self, call }) => [
  { entity: self, mapping: call.data.stages },
])

export const changeCaseEdition = decider<Case, typeof ChangeCaseEdition.records>(ChangeCaseEdition, {
  pins: ({ call }) => call.data.edition,
  rules: [changing.stillOpen, changing.otherEdition, changing.sameProgramme, changing.stagesKnown],
  placed: ({ self, call }) => placedIn(self, call.data.stages),
})
