import type { Wish } from '../../../domain/test/support/given.ts'
import { act } from '../../../domain/test/support/prabumulih.ts'
import { begun, community, cycleStep, old, olds } from '../../../domain/test/support/p2kp.ts'

const { cycle, area } = olds
const because = { reason: 'Jadwal nasional', papers: ['surat'] }
const enters = (stage: string, papers: string[]): Wish =>
  act('area.EnterReadiness', area, old.senior, { cycle: cycle.id, stage }, { papers })

/** Attendance without roles. */
export const met = { present: 41, women: 17, poor: 20 }
/** The run is put into a stage by force. */
export const forced = (to: string): Wish => act('cycle.ForceStage', cycle, old.korkot, { to }, { ...because, cosigners: [old.kmw] })
/** The run with so many of its first six stages done, nothing left open. */
export const upTo = (count: number): Wish[] => [...begun('P2KP3-2006'), ...community.slice(0, count)]

/** Kedungkandang in short: the kelurahan stays away, two stages are weak, readiness is forced (DOMAIN §12.2). */
export const withoutLurah: readonly Wish[] = [
  ...begun('P2KP3-2006'),
  cycleStep('1', old.senior, 'held', ['daftar-hadir'], { attendance: met }),
  cycleStep('2', old.senior, 'accepted', ['ba-rkm', 'daftar-hadir'], { attendance: { ...met, byRole: { LURAH: 0, FASKEL: 2 } } }),
  enters('penyadaran', ['ba-rkm']),
  cycleStep('3', old.senior, 'agreed', ['ba-rk'], { measures: { 'rw-covered': '2', 'rw-total': '10' } }),
  cycleStep('4', old.senior, 'complete', ['hasil-ps'], { measures: { surveyors: '2' } }),
  cycleStep('5', old.senior, 'confirmed', ['ba-pemilihan', 'ad-art']),
  enters('pengkapasitasan', ['ba-pelatihan']),
  act('cycle.RatifyPlan', cycle, old.bkm, { plan: 'PJM' }, { papers: ['pjm-pronangkis', 'bappuk'] }),
  act('area.ForceStage', area, old.korkot, { cycle: cycle.id, to: 'readiness.pendayaan' }, { ...because, cosigners: [old.kmw] }),
]
