import { assumptions } from '../assumptions.ts'
import { by, type Walk } from './run.ts'
import { after, entity, type Year } from './setting.ts'

/** The kelurahan enters a stage of readiness on the day that the run has come to (DOMAIN §1.3). */
export function enterReadiness({ plan, officers, place }: Year, walk: Walk, stage: string, papers: readonly string[] = []): void {
  const day = walk.day()
  const who = by(officers.social)(day)
  plan.tell(day, 'area.EnterReadiness', entity('area', place.area), { ...who, papers, data: { cycle: walk.cycle, stage } })
}

/** Passing over what is not proven takes a reason, evidence, and where the edition asks for it somebody who approves. */
function forceReadiness({ plan, officers, place, programme }: Year, cycle: string, day: number): void {
  const approved = programme.edition.force.approvedBy !== undefined
  plan.tell(day, 'area.ForceStage', entity('area', place.area), {
    by: officers.korkot.on(day),
    ...(approved ? { with: [officers.kmw.on(day)] } : {}),
    papers: ['surat-percepatan'],
    reason: 'Target tahun anggaran: tahap pendayaan dimulai sebelum uji pembukuan',
    data: { cycle, to: 'readiness.pendayaan' },
  })
}

/** The groups are trained when they have their contracts; with their first money most communities are given power, few by force. */
export function tellEmpowering(year: Year, cycle: string, contracted: number, paid: number): void {
  const { plan, officers, random, place } = year
  const training = Math.min(after(year, contracted, 3), paid)
  const present = random.whole(12, 60)
  const heads = { present, women: Math.round(present * 0.4), poor: Math.round(present * 0.5), byRole: { FASKEL: 2 } }
  plan.tell(training, 'cycle.HoldMeeting', entity('cycle', cycle), {
    by: officers.technical.on(training),
    papers: ['daftar-hadir', 'ba-pelatihan-ksm'],
    data: { meeting: 'pelatihan-ksm', attendance: heads },
  })
  if (!random.chance(assumptions.readinessCompleted)) return
  const day = after(year, paid, 8, paid + 25)
  if (random.chance(assumptions.readinessForced)) {
    forceReadiness(year, cycle, day)
    return
  }
  const unproven = random.chance(assumptions.readinessUnproven)
  plan.tell(day, 'area.EnterReadiness', entity('area', place.area), {
    by: officers.social.on(day),
    papers: [...(unproven ? [] : ['hasil-uji-pembukuan']), 'bukti-dana-ksm'],
    data: { cycle, stage: 'pendayaan' },
  })
}

const developing = [
  { stage: 'potensi', papers: [] },
  { stage: 'akumulasi', papers: ['peta-potensi', 'daftar-periksa-sasaran'] },
  { stage: 'partisipasi', papers: ['aturan-kelompok', 'ba-pelatihan-usaha'], measure: 'savings-members' },
  { stage: 'khusus', papers: [], measure: 'common-work-hours' },
] as const

/** Few kelurahan follow the four stages of development (DOMAIN §1.4), where the edition has them, and fewer to their end. */
export function tellDevelopment(year: Year, cycle: string, from: number, until: number): void {
  const { plan, officers, random, place, programme } = year
  const known = programme.edition.workflows['cycle']?.beside['development'] !== undefined
  if (!known || until - from < developing.length + 1 || !random.chance(assumptions.developmentFollowed)) return
  const stages = developing.slice(0, random.whole(1, developing.length))
  for (const [index, each] of stages.entries()) {
    const day = from + Math.floor(((until - from) * (index + 1)) / (developing.length + 1))
    const measures = 'measure' in each ? { measures: { [each.measure]: String(random.whole(4, 40)) } } : {}
    plan.tell(day, 'area.EnterDevelopment', entity('area', place.area), {
      by: officers.social.on(day),
      papers: each.papers,
      data: { cycle, stage: each.stage, ...measures },
    })
  }
}
