import { decider } from '../kernel/decider.ts'
import type { Place } from '../kernel/place.ts'
import { dataRule } from '../kernel/rule.ts'
import { PublishEdition, WithdrawEdition } from './commands.ts'
import { checkEdition } from './check.ts'
import type { Editions } from './machine.ts'
import type { Edition } from '../kernel/workflow.ts'

/** DESIGN §4: revisions follow one another, so that "the latest" is never a matter of opinion. */
const nextRevision = dataRule<Editions, { revision: number }>('revision-not-next', {
  id: 'Revisi berikutnya dari edisi ini adalah {next}, bukan {given}.',
  en: 'The next revision of this edition is {next}, not {given}.',
  source: 'DESIGN §4',
  sort: 'input',
  broken: ({ self, call }) => {
    const next = Math.max(0, ...Object.keys(self.data.revisions).map(Number)) + 1
    return call.data.revision !== next && { details: { next, given: call.data.revision } }
  },
})

const otherName = (id: string, revision: number): Place => ({
  pointer: '/id',
  detail: {
    id: `id dan revision harus ${id} dan ${revision}, seperti dalam perintah`,
    en: `id and revision must be ${id} and ${revision}, as in the command`,
  },
})

/** A workflow that cannot be walked to its end, or names what does not exist, is not published. */
const soundEdition = dataRule<Editions, { revision: number; content: Edition }>('edition-unsound', {
  id: 'Edisi tidak dapat diterbitkan: {first} (di {place}; {count} kesalahan).',
  en: 'The edition cannot be published: {firstEn} (at {place}; {count} mistakes).',
  source: 'DESIGN §4',
  sort: 'input',
  broken: ({ self, call, domain }) => {
    const named = call.data.content.id === self.id && call.data.content.revision === call.data.revision
    const places = named ? checkEdition(call.data.content, domain) : [otherName(self.id, call.data.revision)]
    const [first] = places
    if (!first) return undefined
    const errors = places.map(({ pointer, detail }) => ({ pointer: `/content${pointer}`, detail }))
    return {
      details: { first: first.detail.id, firstEn: first.detail.en, place: `/content${first.pointer}`, count: places.length },
      errors,
    }
  },
})

const published = dataRule<Editions, { revision: number }>('revision-unknown', {
  id: 'Revisi {given} belum pernah diterbitkan.',
  en: 'Revision {given} was never published.',
  source: 'DESIGN §4',
  sort: 'reference',
  metBy: ['edition.Published'],
  broken: ({ self, call }) => !self.data.revisions[call.data.revision] && { details: { given: call.data.revision } },
})

export const publishEdition = decider<Editions, typeof PublishEdition.records>(PublishEdition, { rules: [nextRevision, soundEdition] })
export const withdrawEdition = decider<Editions, typeof WithdrawEdition.records>(WithdrawEdition, { rules: [published] })
