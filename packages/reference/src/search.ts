import { type Asked, readAsked } from './folding.ts'
import type { Region, RegionLevel } from './region.ts'
import { pathText, regionColumns } from './regions.ts'
import { query, type Source } from './source.ts'

/** How to narrow a search. */
export interface FindOptions {
  readonly level?: RegionLevel | readonly RegionLevel[]
  /** The code of a region: only it and what lies in it. */
  readonly within?: string
  /** At most so many answers, 1 to 100; 20 when absent. */
  readonly limit?: number
}

/**
 * Why a region answers, the best first: its official name; a name people use; its own name together with places around it; the beginning of
 * its name; a part of it; a name that is spelt alike.
 */
export type MatchKind = 'official' | 'everyday' | 'in-full' | 'beginning' | 'part' | 'alike'

/** A region that answers a search. `path` is the region itself and those above it, because names are not keys. */
export interface FoundRegion extends Region {
  readonly match: MatchKind
  readonly path: readonly Region[]
  /** The path in words, to show. */
  readonly label: string
}

const matchKinds: readonly MatchKind[] = ['official', 'everyday', 'in-full', 'beginning', 'part', 'alike']
const alike = matchKinds.indexOf('alike') + 1

/** A word of the search: itself, or any of several that it may have meant. */
interface Wanted {
  readonly choices: readonly string[]
  readonly prefix: boolean
}

interface Ranked extends Region {
  readonly rank: number
  readonly path: readonly Region[]
}

const lexeme = (word: string, prefix: boolean) => `'${word.replaceAll("'", "''")}'${prefix ? ':*' : ''}`
const anyOf = ({ choices, prefix }: Wanted) => `(${choices.map((word) => lexeme(word, prefix)).join(' | ')})`

const pathJson = `
  (select json_agg(json_build_object('id', p.id, 'code', p.code, 'name', p.name, 'level', p.level,
                                     'parentCode', p.parent_code, 'edition', p.edition) order by length(p.code) desc)
     from reference.regions p
    where p.code = any (array[left(found.code, 2), left(found.code, 5), left(found.code, 8), found.code])) as path`

/** Ties: what was said of the level; the higher level; towns before the country, as programmes are urban; the shorter name; the code. */
const tieBreakers = (saidLevels: string) => `
  array_position(${saidLevels}::text[], level) nulls last,
  case level when 'provinsi' then 1 when 'kabupaten' then 2 when 'kota' then 2 when 'kecamatan' then 3 when 'kelurahan' then 4 else 5 end,
  (substr(code, 4, 2) >= '71') desc, length(official), code`

const narrowed = (levels: string, within: string) => `
  (${levels}::text[] is null or level = any (${levels}::text[]))
  and (${within}::text is null or code = ${within} or starts_with(code, ${within} || '.'))`

const byWords = `
  with found as materialized (
    select r.*,
           case
             when $9::boolean then ${alike}
             when official = $3 or (official = $4 and level = any ($5::text[])) then 1
             when $3 = any (everyday) or ($4 = any (everyday) and level = any ($5::text[])) then 2
             when tsvector_to_array(own_words) <@ $6::text[]
               or exists (select from unnest(everyday) as form where string_to_array(form, ' ') <@ $6::text[]) then 3
             when starts_with(official, $4) then 4
             else 5
           end as rank,
           case when $9::boolean then similarity(official, $4) else 0 end as likeness
      from reference.regions r
     where own_words @@ $2::tsquery and all_words @@ $1::tsquery and ${narrowed('$7', '$8')}
     order by rank, likeness desc, ${tieBreakers('$5')}
     limit $10
  )
  select ${regionColumns('found')}, rank, ${pathJson} from found order by rank, likeness desc, ${tieBreakers('$5')}`

const byLikeness = `
  with found as materialized (
    select r.*, similarity(replace(official, ' ', ''), $1) as likeness
      from reference.regions r
     where replace(official, ' ', '') % $1 and ${narrowed('$3', '$4')}
     order by likeness desc, ${tieBreakers('$2')}
     limit $5
  )
  select ${regionColumns('found')}, ${alike} as rank, ${pathJson}
    from found where likeness >= 0.45 order by likeness desc, ${tieBreakers('$2')}`

const alikeWords = `
  select asked.word, coalesce(array_agg(near.word order by near.likeness desc) filter (where near.word is not null), '{}') as choices
    from unnest($1::text[]) as asked (word)
    left join lateral (
      select w.word, similarity(w.word, asked.word) as likeness
        from reference.region_words w
       where w.word % asked.word and similarity(w.word, asked.word) >= 0.35
       order by likeness desc, w.word
       limit 6
    ) as near on length(asked.word) >= 4
   group by asked.word`

function narrowing(options: FindOptions): { levels: string[] | null; within: string | null; limit: number } {
  const levels = options.level === undefined ? null : [options.level].flat()
  return { levels, within: options.within ?? null, limit: Math.min(Math.max(Math.trunc(options.limit ?? 20), 1), 100) }
}

async function searchWords(
  source: Source,
  asked: Asked,
  wanted: readonly Wanted[],
  guessed: boolean,
  options: FindOptions,
): Promise<readonly Ranked[]> {
  const { levels, within, limit } = narrowing(options)
  const all = wanted.map(anyOf).join(' & ')
  // A region must bear one of the words in its own name, else "Jawa Timur" would answer with all that lies there.
  const own = wanted
    .slice(asked.words.length - asked.bare.length)
    .map(anyOf)
    .join(' | ')
  const known = wanted.flatMap((each) => each.choices)
  const values = [all, own, asked.words.join(' '), asked.bare.join(' '), asked.levels, known, levels, within, guessed, limit]
  return query<Ranked>(source, byWords, values)
}

/** Reads each word as what it may have been meant for; a word that is like no other stays as it is. */
async function guess(source: Source, asked: Asked): Promise<readonly Wanted[]> {
  const rows = await query<{ word: string; choices: string[] }>(source, alikeWords, [asked.bare])
  const choices = new Map(rows.map((row) => [row.word, row.choices]))
  return asked.words.map((word) => ({ choices: [...new Set([word, ...(choices.get(word) ?? [])])], prefix: false }))
}

/** As typed, with the last word finished or, when `begun`, only begun. Shorter beginnings would answer with half the country. */
function asTyped({ words }: Asked, begun: boolean): readonly Wanted[] {
  const last = words.length - 1
  return words.map((word, index) => ({ choices: [word], prefix: begun && index === last && word.length >= 3 && !/^\d/.test(word) }))
}

/**
 * Finds regions by the names people use: "Pasar II", "pasar 2 prabumulih", "kec. Kedungkandang", best answer first. Only when nothing
 * answers as typed the last word is taken for one that is still being typed, then the words for misspelt, then for wrongly joined or
 * parted.
 * Empty for a text without letters or digits.
 */
export async function findRegions(source: Source, text: string, options: FindOptions = {}): Promise<readonly FoundRegion[]> {
  const asked = readAsked(text)
  if (asked.words.length === 0) return []
  const { levels, within, limit } = narrowing(options)
  const attempts = [
    async () => searchWords(source, asked, asTyped(asked, false), false, options),
    async () => searchWords(source, asked, asTyped(asked, true), false, options),
    async () => searchWords(source, asked, await guess(source, asked), true, options),
    async () => query<Ranked>(source, byLikeness, [asked.bare.join(''), asked.levels, levels, within, limit]),
  ]
  for (const attempt of attempts) {
    const found = await attempt()
    if (found.length === 0) continue
    return found.map(({ rank, ...region }) => ({ ...region, match: matchKinds[rank - 1] ?? 'part', label: pathText(region.path) }))
  }
  return []
}
