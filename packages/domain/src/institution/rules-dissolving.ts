import { rupiah } from '../kernel/rupiah.ts'
import { stateRule } from '../kernel/rule.ts'
import { bankBookFold, heldBy } from '../bank-statement/book.ts'
import type { Institution } from './machine.ts'

/** Whoever ends gives back first what is in its hands: nobody could return it or answer for it later. Source: DOMAIN §2.7, §6.1. */
export const nothingHeld = stateRule<Institution>('dissolved-holding-money', {
  guard: 'G-12',
  id: 'Lembaga {name} masih memegang {held:rp} menurut catatan; selesaikan atau kembalikan dahulu sebelum dibubarkan.',
  en: 'By the books the institution {name} still holds {held:rp}; spend it or give it back before it is dissolved.',
  source: 'DOMAIN §2.7, §6.1',
  broken: ({ self, world }) => {
    const book = world.one(bankBookFold, self.id)
    const held = heldBy(self.data.kind, book)
    return held > 0n && { details: { name: self.data.name, held: rupiah(held) }, facts: [book.last] }
  },
})
