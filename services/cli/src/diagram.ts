import { domain, type Edition, type Stages } from '@jejak/domain'

const idOf = (path: string): string => `s_${path.replaceAll(/[^A-Za-z0-9]/g, '_')}`
const short = (key: string): string => key.replace(/^[a-z-]+\./, '').replace('StepRecorded:', '')

/** A workflow of an edition as a Mermaid state diagram: stages with their desks, and the facts that lead from one to another. */
export function diagramOf(edition: Edition, kind: string): string {
  const compiled = domain.workflow(kind, edition)
  if (!compiled) throw new Error(`${edition.id} has no workflow for ${kind}`)
  const lines = ['---', `title: ${edition.id} ${kind}`, '---', 'stateDiagram-v2']
  for (const leaf of compiled.leaves.values()) {
    if (leaf.legal.size === 0 && !leaf.final) continue
    lines.push(`  state "${leaf.path}${leaf.holder ? ` (${leaf.holder})` : ''}" as ${idOf(leaf.path)}`)
  }
  const { initial } = compiled.workflow
  if (initial !== undefined) lines.push(`  [*] --> ${idOf(initial)}: ${Object.keys(compiled.workflow.opens).map(short).join(' / ')}`)
  for (const leaf of compiled.leaves.values()) {
    const ways = new Map<string, string[]>()
    for (const { key, to } of leaf.legal.values())
      if (to !== undefined && to !== leaf.path) ways.set(to, [...(ways.get(to) ?? []), short(key)])
    for (const [to, keys] of ways) lines.push(`  ${idOf(leaf.path)} --> ${idOf(to)}: ${keys.join(' / ').replaceAll(':', ' ')}`)
    if (leaf.final) lines.push(`  ${idOf(leaf.path)} --> [*]`)
  }
  return lines.join('\n')
}

/** The stages of an entity as one text. */
export const stageText = (stages: Stages): string => Object.values(stages).join(' + ') || '-'
