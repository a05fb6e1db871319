import { assumptions } from '../assumptions.ts'
import { newYear } from '../days.ts'
import { newPlan, type Deed } from '../deed.ts'
import { programmeOf } from '../programmes.ts'
import { randomOf } from '../random.ts'
import { boardOf } from './board.ts'
import { entity, type Setting, type Year } from './setting.ts'
import { tellYear, type Left } from './year.ts'

/** The decree that puts the kelurahan on the list of a programme, in the first days of its first year. */
function decreeLocation({ plan, officers, place, programme, random, working, year }: Omit<Year, 'board'>): void {
  const { programme: code } = programme.edition
  const day = Math.max(working.from(newYear(year) + random.whole(3, 10)), newYear(year))
  const decree = `SK-LOKASI-${code}-${year}`
  const slum = programme.cycle === 'infrastructure' ? { slumHectares: (random.whole(20, 350) / 10).toFixed(1) } : {}
  plan.tell(day, 'area.DecreeLocation', entity('area', place.area), {
    by: { role: 'DIRJEN_CK' },
    recorder: officers.pmu.on(day),
    papers: ['sk-lokasi'],
    number: decree,
    data: { decree, programme: code, ...slum },
  })
}

/** Everything that is told of a kelurahan, as deeds of days; in one edition if it is given. */
export function kelurahanDeeds(of: Omit<Setting, 'board' | 'plan'>, edition: string | undefined): readonly Deed[] {
  const { span, place } = of
  const plan = newPlan()
  const start = { ...of, plan }
  const elected = randomOf(span.seed, 'election', place.code).chance(assumptions.boardElected)
  const listed = new Set<string>()
  let left: Left = { past: { team: false, community: false }, board: boardOf(start) }
  for (let year = span.from; year < span.from + span.years; year += 1) {
    const random = randomOf(span.seed, 'year', place.code, year)
    const programme = programmeOf(year, random, edition)
    const told = { ...start, year, programme, random }
    if (!listed.has(programme.edition.programme)) decreeLocation(told)
    listed.add(programme.edition.programme)
    left = tellYear({ ...told, board: left.board }, left.past, elected)
  }
  return plan.deeds
}
