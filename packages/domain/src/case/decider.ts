import { decider } from '../kernel/decider.ts'
import { OpenCase, RecordCaseStep } from './commands.ts'
import type { Case } from './machine.ts'

export const openCase = decider<Case, typeof OpenCase.records>(OpenCase, { pins: ({ call }) => call.data.edition })
export const recordCaseStep = decider<Case, typeof RecordCaseStep.records>(RecordCaseStep)
