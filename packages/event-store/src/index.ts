export { type Appender, type AppenderOptions, createAppender } from './appender.ts'
export { BackupDamaged, BackupRefused, type BackupContents, type BackupHeader } from './backup/format.ts'
export { writeBackup } from './backup/file.ts'
export { type BackupProgress, openBackup, type OpenBackup } from './backup/read.ts'
export { checkBackup, type Restored, restoreLog, type RestoreOptions } from './backup/restore.ts'
export { type BackupOptions, backupText } from './backup/write.ts'
export { canonicalBody, canonicalJson, fingerprint, leafHash, NotCanonical, type Request } from './canonical.ts'
export { CorruptLog, InvalidSubmission, isUnavailable, LogClosed, LogOverloaded, LogUnavailable, NoLog } from './errors.ts'
export { type Asked, type Fresh, type Handled, type Handling, handle, notYet, type Request as HandleRequest, withIds } from './handle.ts'
export { areaId, childId, commandKeyHash, eventId, importedId, uuidV7, uuidV8 } from './identifiers.ts'
export {
  type Appended,
  type BoundKey,
  type CommandOutcome,
  type Condition,
  type Log,
  openLog,
  type OpenLog,
  type Read,
  type Submission,
  type SubmittedCommand,
  type TagQuery,
} from './log.ts'
export { type Clock, type Migrated, migrateLog, type MigrateOptions, MigrationRefused } from './migrations.ts'
export { type KnownPerson, openPersons, type Person, PersonExists, type PersonRecord, type Persons, PersonUnknown } from './persons.ts'
export { createPool, patientPool, int8AsBigInt, type PoolOptions } from './pool.ts'
export { type Protection, protections } from './protections.ts'
export { checkColumns, type ColumnCheck, type Difference } from './rebuild.ts'
export { appenderRole, ownerRole, prepareRoles, type ServingLogin, servingRole } from './roles.ts'
export type { SubscribeOptions } from './subscription.ts'
export { keyIdOf, PersonDamaged, personsKey, PersonsKeyWrong } from './sealing.ts'
