import type { Place } from '../kernel/place.ts'
import type { Sentence } from '../kernel/sentence.ts'

const hinted = (id: string, en: string, near: string | undefined): Sentence =>
  near === undefined ? { id, en } : { id: `${id}; maksud Anda ${near}?`, en: `${en}; did you mean ${near}?` }

/** What can be said of an edition, in both languages; `near` is what was probably meant. */
export const say = {
  noStage: (path: string, near?: string) => hinted(`tahap ${path} tidak ada`, `stage ${path} does not exist`, near),
  noRole: (role: string, near?: string) =>
    hinted(`peran ${role} tidak dinyatakan dalam /roles`, `role ${role} is not declared in /roles`, near),
  noMark: (mark: string, near?: string) => hinted(`tidak ada tahap yang bertanda ${mark}`, `no stage carries the mark ${mark}`, near),
  noCycleMark: (mark: string, near?: string) =>
    hinted(`tidak ada tahap siklus yang bertanda ${mark}`, `no stage of the cycle carries the mark ${mark}`, near),
  noFact: (type: string, near?: string) => hinted(`tidak ada fakta bernama ${type}`, `no fact is called ${type}`, near),
  ownFacts: (kind: string, type: string) => ({
    id: `${type}: jenis buatan sendiri seperti ${kind} memakai case.Opened dan case.StepRecorded:<langkah>[:<hasil>]`,
    en: `${type}: a kind of your own like ${kind} uses case.Opened and case.StepRecorded:<step>[:<outcome>]`,
  }),
  notFolded: (kind: string, type: string, near?: string) =>
    hinted(`${kind} tidak mengikuti fakta ${type}`, `a ${kind} does not fold ${type}`, near),
  nobody: (key: string, near?: string) => {
    const id = `tidak disebut siapa yang boleh mencatat ${key}`
    const en = `nobody is named who may record ${key}`
    return near === undefined
      ? { id, en }
      : { id: `${id}; dalam facts tertulis ${near}`, en: `${en}; what stands in facts is written ${near}` }
  },
  noOpening: (kind: string) => ({
    id: `tidak ada fakta yang membuka ${kind}: isi opens`,
    en: `nothing opens a ${kind}: say it in opens`,
  }),
  namesNone: (key: string, kind: string, field: string) => ({
    id: `${key} tidak menyebut ${kind} dalam ${field}`,
    en: `${key} names no ${kind} in ${field}`,
  }),
  noStep: (step: string, near?: string) => hinted(`tidak ada fakta untuk langkah ${step}`, `no fact takes the step ${step}`, near),
  neverReached: (path: string) => ({ id: `tahap ${path} tidak pernah tercapai`, en: `stage ${path} is never reached` }),
  noEnd: (path: string) => ({
    id: `dari tahap ${path} tidak ada jalan ke tahap akhir`,
    en: `from stage ${path} no final stage can be reached`,
  }),
  sayResubmitTo: (path: string, desks: number) => ({
    id: `isi resubmitTo: ${desks} meja menuju ${path}`,
    en: `say resubmitTo: ${desks} desks lead to ${path}`,
  }),
  noWorkflow: (kind: string) => ({ id: `tidak ada alur untuk ${kind}`, en: `no workflow for ${kind}` }),
  noLoanRules: () => ({ id: 'ada alur pinjaman tanpa aturannya: isi loans', en: 'loans have a workflow and no rules: say them in loans' }),
  keyKind: (kind: string) => ({ id: `jenis tidak boleh bernama ${kind}`, en: `a kind may not be called ${kind}` }),
  spanForm: () => ({
    id: 'batas waktu menyebut satu tahap, atau dua tanda from dan to; each hanya bersama stage',
    en: 'a span names a stage, or two marks from and to; each goes with a stage',
  }),
  warnAfterStuck: () => ({ id: 'warn sesudah stuck', en: 'warn comes after stuck' }),
  shares: (sum: number) => ({ id: `bagian berjumlah ${sum}, bukan 100`, en: `shares add to ${sum}, not to 100` }),
  roundingUnit: () => ({ id: 'satuan pembulatan harus di atas nol', en: 'the rounding unit is above zero' }),
  noCap: (component: string) => ({
    id: `komponen ${component} tidak tercantum; tulis null bila tidak diketahui`,
    en: `component ${component} has no entry; null where unknown`,
  }),
  criterionTwice: (code: string) => ({ id: `kriteria ${code} tertulis dua kali`, en: `the criterion ${code} stands twice` }),
  factNotHere: (key: string, path: string, near?: string) =>
    hinted(`${key} tidak dapat dicatat pada tahap ${path}`, `${key} cannot be recorded in stage ${path}`, near),
  regionIsStage: (name: string) => ({ id: `${name} sudah menjadi nama tahap`, en: `${name} is the name of a stage already` }),
  nothingBeside: () => ({
    id: 'alur tanpa tahap tidak dapat didampingi daerah lain',
    en: 'a workflow without stages has nothing to run beside',
  }),
  regionEmpty: (name: string) => ({ id: `daerah ${name} tidak memiliki tahap`, en: `the region ${name} has no stages` }),
  regionDivided: () => ({
    id: 'daerah di samping tahap tidak dibagi lagi',
    en: 'a region beside the stages is not divided again',
  }),
  crossing: (key: string, from: string, to: string) => ({
    id: `${key} membawa dari ${from} ke daerah lain, ${to}`,
    en: `${key} leads from ${from} into another region, ${to}`,
  }),
  sharedKey: (key: string) => ({
    id: `${key} milik tahap-tahap utama; daerah di sampingnya memakai fakta sendiri`,
    en: `${key} belongs to the stages; a region beside them has facts of its own`,
  }),
  innerEnd: () => ({
    id: 'bila ada daerah di samping tahap, tahap akhir berada di tingkat teratas',
    en: 'where regions run beside the stages, an end stands at the top',
  }),
} satisfies Readonly<Record<string, (...given: never[]) => Sentence>>

/** What can be doubted of an edition that may be published all the same. */
export const doubt = {
  offPath: (paths: readonly string[]) => ({
    id: `tahap di luar path, tidak dihitung lebih dahulu atau lebih kemudian: ${paths.join(', ')}`,
    en: `stages that are not on the path count as neither earlier nor later: ${paths.join(', ')}`,
  }),
  twiceOnPath: (path: string) => ({ id: `tahap ${path} dua kali dalam path`, en: `stage ${path} is on the path twice` }),
  unusedRule: (key: string, near?: string) => hinted(`tidak ada tahap yang menerima ${key}`, `no stage takes ${key}`, near),
  neverAsked: (path: string) => ({
    id: `kriteria tahap ${path} tidak pernah ditanyakan: tidak ada jalan darinya ke tahap yang lebih kemudian`,
    en: `the criteria of stage ${path} are never asked: no way from it leads to a later stage`,
  }),
  roleNeverThere: (role: string, path: string) => ({
    id: `pada tahap ${path} tidak ada fakta untuk peran ${role} dan tidak ada rapat: hanya tanda tangan tambahan yang membuktikannya`,
    en: `in stage ${path} no fact is for the role ${role} and no meeting is held: only a further signature can prove it`,
  }),
  roleNeverHeard: (role: string) => ({
    id: `tidak ada fakta dalam edisi ini untuk peran ${role}, dan di sini tidak ada rapat`,
    en: `no fact of this edition is for the role ${role}, and no meeting is held here`,
  }),
  measureNeverGiven: (measure: string, path: string, near?: string) =>
    hinted(
      `ukuran ${measure} tidak dapat diberikan pada tahap ${path}: tidak ada fakta di sana yang membawanya`,
      `the measure ${measure} cannot be given in stage ${path}: no fact there holds it`,
      near,
    ),
  markNeverSet: (mark: string) => ({
    id: `tanda ${mark} hanya ada di tempat yang tidak pernah tercapai: batas ini tidak pernah dihitung`,
    en: `the mark ${mark} stands only where nothing ever is: this limit is never counted`,
  }),
  nobodyRecords: (role: string) => ({
    id: `peran luar ${role} tanpa recordedBy: tidak ada yang dapat mencatat atas namanya`,
    en: `the external role ${role} has no recordedBy: nobody can enter facts for it`,
  }),
  unknownCap: (component: string, near?: string) =>
    hinted(`komponen ${component} tidak ada dalam /components`, `component ${component} is not in /components`, near),
  neverSuspended: () => ({
    id: 'suspendable tidak diisi: suspends dan resumes tidak berlaku',
    en: 'suspendable is not set: suspends and resumes have no effect',
  }),
  neverResumed: () => ({
    id: 'dapat ditangguhkan, tetapi tidak ada fakta dalam resumes yang mencabutnya',
    en: 'it can be suspended, but no fact in resumes lifts that',
  }),
} satisfies Readonly<Record<string, (...given: never[]) => Sentence>>

/** A place and what is said of it. */
export const place = (pointer: string, detail: Sentence): Place => ({ pointer, detail })
