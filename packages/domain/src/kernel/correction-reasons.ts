import type { Reason, RefusalSort } from './refusal.ts'

const reason = (code: string, sort: RefusalSort, id: string, en: string, source = 'CONTRACTS E4; DOMAIN §13, G-17'): Reason => ({
  code,
  sort,
  guard: 'G-17',
  source,
  sentence: { id, en },
})

/** Why a correction is refused, whatever the kind. */
export const correctionReasons = {
  targetUnknown: reason(
    'correction-target-unknown',
    'reference',
    'Tidak ada fakta {fact} pada posisi {position} tentang {kind} ini.',
    'There is no fact {fact} at position {position} about this {kind}.',
  ),
  ofCorrection: reason(
    'correction-of-correction',
    'rule',
    'Koreksi tidak dapat dikoreksi. Fakta yang keliru dikoreksi dapat dibatalkan dan dicatat kembali.',
    'A correction cannot be corrected. A fact that was wrongly corrected can be annulled and recorded anew.',
  ),
  final: reason(
    'fact-not-correctable',
    'rule',
    'Fakta {type} tidak dapat dikoreksi: akibatnya di luar log tidak dapat ditarik kembali.',
    'A fact {type} cannot be corrected: what it did outside the log cannot be taken back.',
  ),
  alreadyStruck: reason(
    'correction-already-struck',
    'rule',
    'Fakta ini sudah dikoreksi ({how}) pada posisi {by}. Fakta yang dibalik masih dapat dibatalkan.',
    'This fact is already corrected ({how}) at position {by}. One that was reversed can still be annulled.',
  ),
  stillOpen: reason(
    'correction-still-open',
    'rule',
    'Sudah ada usulan koreksi fakta ini yang belum diputuskan, pada posisi {position}.',
    'A correction of this fact is already proposed and not yet decided, at position {position}.',
  ),
  proposalUnknown: reason(
    'correction-proposal-unknown',
    'reference',
    'Tidak ada usulan koreksi {proposed} tentang {kind} ini.',
    'There is no proposed correction {proposed} about this {kind}.',
  ),
  notOpen: reason(
    'correction-not-open',
    'rule',
    'Usulan koreksi ini sudah diputuskan pada posisi {by}.',
    'This proposed correction was already decided at position {by}.',
  ),
  replacementMissing: reason(
    'correction-replacement-missing',
    'input',
    'Untuk mengganti data fakta (how: replace) diperlukan replacement: seluruh datanya yang baru.',
    'To replace the data of a fact (how: replace) takes replacement: the whole new data.',
  ),
  replacementSuperfluous: reason(
    'correction-replacement-superfluous',
    'input',
    'replacement hanya untuk how: replace; how: {how} tidak memerlukan data baru.',
    'replacement is for how: replace alone; how: {how} takes no new data.',
  ),
  replacementMalformed: reason(
    'correction-replacement-malformed',
    'input',
    'replacement harus berisi seluruh data {type} yang baru, menurut skemanya.',
    'replacement must be the whole new data of {type}, as its schema asks.',
  ),
  changesNothing: reason(
    'correction-changes-nothing',
    'input',
    'replacement sama dengan data yang berlaku.',
    'replacement is the same as the data that stands.',
  ),
  recordAnew: reason(
    'annul-and-record-anew',
    'rule',
    'Yang mengenali fakta ini, atau yang mengikutinya, tidak dapat diganti: {fields}. Batalkan fakta itu dan catat yang benar.',
    'What identifies this fact, or follows from it, cannot be replaced: {fields}. Annul the fact and record the right one anew.',
  ),
  notMoney: reason(
    'reversal-of-no-money',
    'rule',
    'Hanya fakta uang yang dapat dibalik; {type} bukan fakta uang.',
    'Only facts that move money can be reversed; {type} moves none.',
  ),
  reversedTooEarly: reason(
    'reversal-before-fact',
    'input',
    'Uang tidak dapat kembali pada {on}, sebelum fakta itu sendiri ({before}).',
    'Money cannot come back on {on}, before the fact itself ({before}).',
  ),
  unexplained: reason(
    'correction-unexplained',
    'rule',
    'Usulan dan penolakan koreksi memerlukan alasan (reason).',
    'To propose or decline a correction takes a reason.',
  ),
  sameActor: reason(
    'correction-by-same-person',
    'duty',
    'Koreksi disahkan oleh orang lain daripada yang mengusulkannya.',
    'A correction is confirmed by another person than the one who proposed it.',
  ),
  sameRecorder: reason(
    'correction-by-same-recorder',
    'duty',
    'Pengesahan koreksi dicatat oleh orang lain daripada yang mencatat usulannya.',
    'The confirmation of a correction is entered by another person than the one who entered its proposal.',
  ),
  restsOnIt: reason(
    'facts-rest-on-it',
    'rule',
    'Fakta ini tidak dapat dibatalkan: {count} fakta bertumpu padanya, pertama {type} pada posisi {position}.',
    'This fact cannot be annulled: {count} facts rest on it, the first {type} at position {position}.',
  ),
  bookedOnIt: reason(
    'payments-booked-on-it',
    'rule',
    'Fakta ini tidak dapat dibalik: {count} fakta dibukukan padanya, pertama {type} pada posisi {position}. Koreksi yang terakhir dahulu.',
    'This fact cannot be reversed: {count} facts are booked on it, the first {type} at position {position}. Correct the last ones first.',
  ),
  taxedOn: reason(
    'taxes-stand-on-it',
    'rule',
    '{type} ini tidak dapat dibalik selama pajak yang dipotong darinya berlaku (nomor, posisi): {taxes}. Koreksi pajaknya dahulu.',
    'This {type} cannot be reversed while tax withheld from it stands (number, position): {taxes}. Correct the tax first.',
    'CONTRACTS E4; DOMAIN §2.7',
  ),
  breaksLater: reason(
    'correction-breaks-later-decision',
    'rule',
    'Dengan koreksi ini {type} pada posisi {position} melanggar aturan {rule}: {why}',
    'With this correction {type} at position {position} breaks the rule {rule}: {whyEn}',
  ),
  turnsOutOtherwise: reason(
    'correction-changes-later-decision',
    'rule',
    'Dengan koreksi ini {type} pada posisi {position} akan diputuskan lain: {fields}.',
    'With this correction {type} at position {position} would have been decided otherwise: {fields}.',
  ),
  ifMatchMissing: reason(
    'if-match-missing',
    'precondition',
    'Koreksi memerlukan header If-Match dengan ETag yang dilihat pengusul atau pengesah.',
    'A correction needs the header If-Match with the ETag that whoever corrects has seen.',
    'DESIGN §7',
  ),
} satisfies Record<string, Reason>
