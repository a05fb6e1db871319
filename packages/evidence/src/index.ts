export { checkEvidence, checkParts, type CheckProgress, type Flaw } from './check.ts'
export { openFolder, type FolderOptions } from './folder.ts'
export { kindsTaken, type FileKind } from './kinds.ts'
export { collectNamed, type Named, type Naming } from './named.ts'
export { openEvidence, type PlaceOptions } from './place.ts'
export { openS3, type S3Options } from './s3.ts'
export {
  EvidenceAltered,
  EvidenceRefused,
  EvidenceStoreFull,
  EvidenceUnavailable,
  type Content,
  type EvidenceStore,
  type Examined,
  type Opened,
  type RefusedBecause,
  type Stored,
} from './store.ts'
