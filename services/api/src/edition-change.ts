import { compareEditions, domain, foldEntity, movesOnto, type EditionPreview, type Fact } from '@jejak/domain'
import type { Context } from './context.ts'

/** What a dry run of a change of edition says beside its facts: what would be different for each entity. */
export async function previewsOf(context: Context, facts: readonly Fact[]): Promise<EditionPreview[]> {
  const changes = facts.filter(({ type }) => type.endsWith('.EditionChanged'))
  return (await Promise.all(changes.map((fact) => previewOf(context, fact)))).flat()
}

async function previewOf(context: Context, { subject, edition: pin, moves }: Fact): Promise<EditionPreview[]> {
  const { fold } = domain.slice(subject.kind)
  const past = await context.log.read([{ tag: `${subject.kind}:${subject.id}`, types: fold.types }])
  const entity = foldEntity(fold, subject.id, past.facts)
  const from = entity.edition && (await context.reader.edition(entity.edition))
  const to = pin && (await context.reader.edition(pin))
  if (from === undefined || to === undefined) return []
  return [
    compareEditions(domain, subject, { edition: from, stages: entity.stages }, { edition: to, stages: movesOnto(entity.stages, moves) }),
  ]
}
