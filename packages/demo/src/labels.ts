import { childId } from '@jejak/event-store'
import { areaId } from '@jejak/reference'
import { idOf, noon, type Party, type ScenarioRequest } from './request.ts'

/** A line of a scenario's list; its columns are explained in the scenarios' own description. */
export interface ListedLine {
  readonly seq: string
  readonly date: string
  readonly event: string
  readonly entity: string
  readonly entity_id: string
  readonly role: string
  readonly person: string
  readonly amount: string
  readonly evidence: string
  readonly note: string
  readonly table_row: string
  readonly recorded_on: string
  readonly paper_no: string
}

/** A line of a prelude: an institution that is formed, or an office that somebody holds in it. */
export interface PreludeLine {
  readonly seq: string
  readonly event: string
  readonly institution: string
  readonly kind: string
  readonly name: string
  readonly person: string
  readonly role: string
  readonly from: string
  readonly recorded_on: string
}

/** What the labels of a scenario stand for. */
export interface Setting {
  /** Name of the scenario, part of what its ids are made of. */
  readonly scenario: string
  /** Milliseconds since 1970 that its ids bear. */
  readonly start: number
  readonly area: { readonly label: string; readonly code: string }
  readonly edition: string
  readonly prelude: readonly PreludeLine[]
}

/** Ids and parties of a scenario, by label. */
export interface Labels {
  /** The id of a label: tranches are children of their allocation, the area has its decreed id, the rest are clients' UUIDv7. */
  labelId(this: void, label: string): string
  /** A person in a role, with the institution of the office: the one named, else the first in the prelude. */
  party(this: void, person: string, role: string, house?: string): Party
}

/** Reads the labels of a scenario. */
export function labelsOf({ scenario, start, area, edition, prelude }: Setting): Labels {
  const labelId = (label: string): string => {
    if (label === area.label) return areaId(area.code)
    if (label === edition) return label
    const tranche = /^(ALK-\d+)-T(\d+)$/.exec(label)
    return tranche ? childId(labelId(tranche[1] ?? ''), 'tranche', Number(tranche[2])) : idOf(scenario, label, start)
  }
  return {
    labelId,
    party(person, role, wanted) {
      const offices = prelude.filter((line) => line.person === person && line.role === role)
      const house = wanted ?? offices[0]?.institution
      return { person: labelId(person), role, ...(house ? { institution: labelId(house) } : {}) }
    },
  }
}

/** The prelude: `system` forms the official institutions and records the offices that the scenario uses (CONTRACTS E3). */
export function preludeOf({ prelude, area }: Setting, { labelId }: Labels): ScenarioRequest[] {
  const system: Party = { person: labelId('SYSTEM'), role: 'system' }
  return prelude.map((line) => {
    const forms = line.event === 'institution.Formed'
    return {
      seq: Number(line.seq),
      row: undefined,
      command: forms ? 'institution.Form' : 'institution.AssumeOffice',
      subject: { kind: 'institution', id: labelId(line.institution) },
      recorder: system,
      recordedAt: noon(line.recorded_on),
      body: {
        effectiveOn: line.recorded_on,
        actor: system,
        evidence: [],
        data: forms
          ? { institutionKind: line.kind, name: line.name, ...(line.kind === 'KELURAHAN' ? { area: labelId(area.label) } : {}) }
          : { holder: labelId(line.person), role: line.role, from: line.from },
      },
    }
  })
}
