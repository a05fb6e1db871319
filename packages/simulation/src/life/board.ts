import { dateOf, newYear } from '../days.ts'
import type { Signer } from '../deed.ts'
import { postOf, system, type Post } from '../officers.ts'
import { randomOf } from '../random.ts'
import { entity, type Board, type Setting } from './setting.ts'

type Start = Omit<Setting, 'board'>

/** How a board changes hands: the head of the kelurahan notes it, and who signs for the account follows. */
function changeHands({ span, plan }: Start, lurah: Post, secretary: Post, id: string, post: Post, formed: number, signs: boolean): void {
  const subject = entity('institution', id)
  // Whoever was to serve before there was a board never took office.
  const terms = post.terms.filter(({ to }) => to >= formed)
  for (const [index, { person, from, to }] of terms.entries()) {
    const day = Math.max(formed, from)
    const enters = secretary.on(day)
    plan.tell(day, 'institution.AssumeOffice', subject, {
      by: lurah.on(day),
      data: { holder: person, role: post.role, from: dateOf(day) },
    })
    if (signs)
      plan.tell(day, 'institution.RegisterSignatory', subject, {
        by: enters,
        papers: ['spesimen-tanda-tangan'],
        data: { signatory: person },
      })
    if (signs && index > 0) {
      const before = terms[index - 1]?.person ?? ''
      plan.tell(day, 'institution.RemoveSignatory', subject, { by: enters, data: { signatory: before } })
    }
    if (to < newYear(span.from + span.years))
      plan.tell(to, 'institution.EndOffice', subject, { by: lurah.on(to), data: { holder: person, role: post.role, last: dateOf(to) } })
  }
}

/** The kelurahan and its head, set by `system`. */
function kelurahan({ span, place, plan }: Start): Post {
  const first = newYear(span.from)
  const id = randomOf(span.seed, 'kelurahan', place.code).id(first)
  const subject = entity('institution', id)
  const lurah = postOf(span, id, 'LURAH')
  plan.tell(first, 'institution.Form', subject, {
    by: system,
    data: { institutionKind: 'KELURAHAN', name: `Kelurahan ${place.name}`, area: place.area },
  })
  for (const { person, from, to } of lurah.terms) {
    plan.tell(from, 'institution.AssumeOffice', subject, { by: system, data: { holder: person, role: 'LURAH', from: dateOf(from) } })
    plan.tell(to, 'institution.EndOffice', subject, { by: system, data: { holder: person, role: 'LURAH', last: dateOf(to) } })
  }
  return lurah
}

/** Tells the kelurahan and its head. Gives the board that it is to have. */
export function boardOf(start: Start): Board {
  const { span, place } = start
  const id = randomOf(span.seed, 'board', place.code).id(newYear(span.from))
  const post = (role: string, nth = 1): Post => postOf(span, id, role, nth)
  return {
    id,
    lurah: kelurahan(start),
    coordinator: post('BKM'),
    treasurer: post('BKM', 2),
    secretary: post('SEK_BKM'),
    upl: post('UPL'),
    ups: post('UPS'),
    upk: post('UPK'),
    ready: Number.POSITIVE_INFINITY,
  }
}

/**
 * Tells how the board is registered, who sits in it over the years, and that it has an account with three signatories. `cycle` is the run
 * whose residents elect it; without one it was there before. Gives it, ready for money.
 */
export function foundBoard(start: Start, board: Board, formed: number, cycle?: string): Board {
  const { span, place, plan, working } = start
  const { id, lurah, coordinator, treasurer, secretary, upl, ups, upk } = board
  const random = randomOf(span.seed, 'members', place.code)
  const subject = entity('institution', id)
  plan.tell(formed, 'institution.Form', subject, {
    by: lurah.on(formed),
    papers: [...(cycle === undefined ? [] : ['ba-pemilihan']), 'akta-notaris', 'ad-art'],
    number: `BKM/${place.code}`,
    data: {
      institutionKind: 'BKM',
      name: `BKM ${place.name}`,
      area: place.area,
      ...(cycle === undefined ? {} : { cycle }),
      foundedOn: dateOf(cycle === undefined ? formed - random.whole(200, 3000) : formed),
      members: { total: random.whole(9, 13), women: random.whole(2, 5), poor: random.whole(1, 5) },
    },
  })
  // The secretary enters the specimens of the others: first of all there is one.
  for (const post of [secretary, coordinator, treasurer]) changeHands(start, lurah, secretary, id, post, formed, true)
  for (const post of [upl, ups, upk]) changeHands(start, lurah, secretary, id, post, formed, false)
  const opened = working.from(formed + random.whole(1, 10))
  const by: Signer = coordinator.on(opened)
  plan.tell(opened, 'institution.OpenBankAccount', subject, {
    by,
    recorder: secretary.on(opened),
    papers: ['buku-rekening'],
    data: { bank: 'Bank Pembangunan Daerah', account: `REK-BKM-${place.code}`, signatoriesRequired: 3 },
  })
  plan.tell(opened, 'institution.AdoptStatutes', subject, { by, papers: ['ad-art'], data: { number: `AD-ART/${place.code}/${span.from}` } })
  return { ...board, ready: opened }
}
