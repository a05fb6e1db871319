import { expect, test } from 'vitest'
import { BankMapping, readBankLines } from '../../src/bank-lines.ts'

const mapping = (more: object = {}): BankMapping =>
  BankMapping.parse({
    date: 'Tanggal',
    dateFormat: 'dd/MM/yyyy',
    numbers: 'indonesian',
    delimiter: ';',
    amounts: { in: 'Kredit', out: 'Debet' },
    reference: 'No Ref',
    balance: 'Saldo',
    ...more,
  })

const head = 'Tanggal;Keterangan;No Ref;Debet;Kredit;Saldo'

test('reads what a bank prints, and leaves its words in the file', () => {
  const text = [
    'BANK SUMSEL BABEL;;;;;',
    head,
    '05/06/2018;"Setoran; KPPN";RK-T1;;350.000.000,00;350.000.000,00',
    '11/06/2018;Tarik tunai Bp. Fulan;;1.500.000,00;0,00;348.500.000,00',
    ';Jumlah;;1.500.000,00;350.000.000,00;',
    '',
  ].join('\r\n')
  const { lines, wrong, sha256 } = readBankLines(`﻿${text}`, mapping({ skip: 1 }))
  expect(wrong).toEqual([])
  expect(lines).toEqual([
    { row: 3, on: '2018-06-05', way: 'in', amount: '350000000', reference: 'RK-T1', balance: '350000000' },
    { row: 4, on: '2018-06-11', way: 'out', amount: '1500000', balance: '348500000' },
  ])
  expect(sha256).toMatch(/^[0-9a-f]{64}$/)
  expect(JSON.stringify(lines)).not.toContain('Fulan')
})

test('one column with a sign, or with a word beside it', () => {
  const signed = mapping({
    delimiter: ',',
    numbers: 'plain',
    dateFormat: 'iso',
    reference: undefined,
    balance: undefined,
    amounts: { signed: 'Mutasi' },
  })
  expect(readBankLines('Tanggal,Mutasi\n2018-06-05,"1,500,000.00"\n2018-06-06,-2.50\n2018-06-07,(3)', signed).lines).toEqual([
    { row: 2, on: '2018-06-05', way: 'in', amount: '1500000' },
    { row: 3, on: '2018-06-06', way: 'out', amount: '2.50' },
    { row: 4, on: '2018-06-07', way: 'out', amount: '3' },
  ])
  const worded = mapping({
    delimiter: '|',
    reference: undefined,
    balance: undefined,
    currency: 'Mata Uang',
    amounts: { amount: 'Jumlah', way: 'DK', in: ['K', 'CR'], out: ['D', 'DB'] },
  })
  const text = 'Tanggal|Jumlah|DK|Mata Uang\n05/06/2018|1.000,25|CR|IDR\n06/06/2018|7|D|Rp\n'
  expect(readBankLines(text, worded).lines).toMatchObject([
    { way: 'in', amount: '1000.25' },
    { way: 'out', amount: '7' },
  ])
  expect(readBankLines(text.replace('|D|', '|X|').replace('|IDR', '|USD'), worded).wrong).toEqual([
    { row: 2, column: 'Mata Uang', why: { id: 'USD bukan IDR', en: 'USD is not IDR' } },
    {
      row: 3,
      column: 'DK',
      why: { id: 'X tidak menyatakan masuk (K, CR) atau keluar (D, DB)', en: 'X says neither in (K, CR) nor out (D, DB)' },
    },
  ])
})

test('names every cell that it cannot read, and gives no line', () => {
  const text = [head, '31/02/2018;;;;1.000,001;', '05/06/2018;;;1;1;satu', '06/06/2018;;;;;0'].join('\n')
  const { lines, wrong } = readBankLines(text, mapping())
  expect(lines).toEqual([])
  expect(wrong).toEqual([
    {
      row: 2,
      column: 'Tanggal',
      why: {
        id: '31/02/2018 bukan tanggal kalender berbentuk dd/MM/yyyy',
        en: '31/02/2018 is no date of the calendar of the form dd/MM/yyyy',
      },
    },
    {
      row: 2,
      column: 'Kredit',
      why: {
        id: '1.000,001 berdigit lebih banyak daripada sen: sebutkan dalam pemetaan cara membulatkannya',
        en: '1.000,001 has more digits than sen: say in the mapping how it is rounded',
      },
    },
    {
      row: 3,
      column: 'Kredit / Debet',
      why: { id: 'uang masuk dan keluar dalam satu baris', en: 'money came in and went out in one line' },
    },
    { row: 3, column: 'Saldo', why: { id: 'satu bukan jumlah uang', en: 'satu is no amount' } },
    { row: 4, column: 'Kredit / Debet', why: { id: 'tidak ada uang yang berpindah', en: 'no money moved' } },
  ])
})

test('names the column of a wrong amount, wherever amounts stand', () => {
  const bare = { delimiter: ',', numbers: 'plain', dateFormat: 'iso', reference: undefined, balance: undefined }
  const columns = (text: string, amounts: object) => readBankLines(text, mapping({ ...bare, amounts })).wrong.map(({ column }) => column)
  expect(columns('Tanggal,Mutasi\n2018-06-05,satu\n2018-06-06,0\n', { signed: 'Mutasi' })).toEqual(['Mutasi', 'Mutasi'])
  const worded = { amount: 'Jumlah', way: 'DK', in: ['K'], out: ['D'] }
  expect(columns('Tanggal,Jumlah,DK\n2018-06-05,satu,K\n2018-06-06,0,D\n', worded)).toEqual(['Jumlah', 'Jumlah'])
  expect(columns('Tanggal,K,D\n2018-06-05,satu,\n2018-06-06,,dua\n', { in: 'K', out: 'D' })).toEqual(['K', 'D'])
})

test('names columns that are not in the header, or twice, and what is no CSV', () => {
  expect(readBankLines('Tanggal;Kredit;Kredit\n', mapping()).wrong).toEqual([
    { row: 1, column: 'Kredit', why: { id: 'muncul dua kali di baris judul', en: 'stands twice in the header' } },
    { row: 1, column: 'Debet', why: { id: 'tidak ada di baris judul', en: 'is not in the header' } },
    { row: 1, column: 'No Ref', why: { id: 'tidak ada di baris judul', en: 'is not in the header' } },
    { row: 1, column: 'Saldo', why: { id: 'tidak ada di baris judul', en: 'is not in the header' } },
  ])
  expect(readBankLines('', mapping()).wrong).toHaveLength(5)
  expect(readBankLines(`${head}\n"05/06/2018;;;`, mapping()).wrong).toMatchObject([
    { why: { id: 'tidak dapat dibaca sebagai CSV', en: expect.stringContaining('Quote') as string } },
  ])
})
