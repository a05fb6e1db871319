import { domain, type Compiled, type Edition, type Stages } from '@jejak/domain'

const idOf = (path: string): string => `s_${path.replaceAll(/[^A-Za-z0-9]/g, '_')}`
const short = (key: string): string => key.replace(/^[a-z-]+\./, '').replace('StepRecorded:', '')

/** Where an entity begins, by what opens it; in the regions beside the stages too. */
function beginnings({ workflow, whole }: Compiled): Map<string, string[]> {
  const { initial, opens } = workflow
  const begun = new Map<string, string[]>()
  if (initial === undefined) return begun
  for (const [key, { to = initial }] of Object.entries(opens)) begun.set(to, [...(begun.get(to) ?? []), key])
  for (const [region, path] of Object.entries(whole({ '': initial }))) if (region !== '') begun.set(path, Object.keys(opens))
  return begun
}

/** A workflow of an edition as a Mermaid state diagram: stages with their desks, and the facts that lead from one to another. */
export function diagramOf(edition: Edition, kind: string): string {
  const compiled = domain.workflow(kind, edition)
  if (!compiled) throw new Error(`${edition.id} has no workflow for ${kind}`)
  const lines = ['---', `title: ${edition.id} ${kind}`, '---', 'stateDiagram-v2']
  const leaves = [...compiled.leaves.values()]
  const entered = new Set(leaves.flatMap((leaf) => [...leaf.legal.values()].flatMap(({ to }) => to ?? [])))
  for (const leaf of leaves) {
    if (leaf.legal.size === 0 && !leaf.final && !entered.has(leaf.path)) continue
    lines.push(`  state "${leaf.path}${leaf.holder ? ` (${leaf.holder})` : ''}" as ${idOf(leaf.path)}`)
  }
  for (const [to, keys] of beginnings(compiled)) lines.push(`  [*] --> ${idOf(to)}: ${keys.map(short).join(' / ').replaceAll(':', ' ')}`)
  for (const leaf of leaves) {
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
