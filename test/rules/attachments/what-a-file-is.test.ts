// A file is what it says it is, or it stays out.
import { inflateRawSync } from 'node:zlib'
import t from 'tap'
import { accept } from '../../../src/features/attachments/rules/accept.ts'
import type { FileRefusal } from '../../../src/features/attachments/rules/file-types.ts'
import { mp3, mp4, office, pdf, wav, zip } from './made-files.ts'

const inflate = (packed: Buffer, max: number): Buffer => inflateRawSync(packed, { maxOutputLength: max })
const jpeg = Buffer.from([0xff, 0xd8, 0xff, 0xe0, 0, 16, 0x4a, 0x46])
const png = Buffer.from('\x89PNG\r\n\x1A\nIHDR', 'latin1')
const page = Buffer.from('<!doctype html><script>alert(1)</script>')
const archive = zip([{ name: 'letter.txt', bytes: 'hello' }])

t.test('taken', async t => {
  const rows: Array<[sent: string, bytes: Buffer, type: string, kept: string]> = [
    ['现场报告.pdf', pdf(), 'pdf', '现场报告.pdf'],
    ['REPORT.PDF', pdf(), 'pdf', 'REPORT.pdf'],
    ['a.pdf', Buffer.concat([pdf(), Buffer.from('\r\n\0\0')]), 'pdf', 'a.pdf'],
    ['a.jpg', jpeg, 'jpeg', 'a.jpg'],
    ['a.jpeg', jpeg, 'jpeg', 'a.jpg'],
    ['截图.png', png, 'png', '截图.jpg'],
    ['a.webp', Buffer.from('RIFF\x04\0\0\0WEBPVP8 ', 'latin1'), 'webp', 'a.jpg'],
    ['回函.docx', office('docx'), 'docx', '回函.docx'],
    ['a.docx', office('docx', [{ name: 'word/printerSettings1.bin', bytes: 'x' }]), 'docx', 'a.docx'],
    ['a.docx', office('docx', [{ name: 'word/embeddings/sheet.xlsx', bytes: 'x' }]), 'docx', 'a.docx'],
    ['名单.xlsx', office('xlsx'), 'xlsx', '名单.xlsx'],
    ['a.mp3', mp3(), 'mp3', 'a.mp3'],
    ['a.mp3', mp3(false), 'mp3', 'a.mp3'],
    ['录音.wav', wav(), 'wav', '录音.wav'],
    ['a.mp4', mp4(), 'mp4', 'a.mp4'],
    ['a.m4v', mp4(), 'mp4', 'a.mp4'],
    ['a.txt', Buffer.from('第一行\r\n第二行\t😀'), 'txt', 'a.txt'],
    ['记事本.txt', Buffer.from([0xc4, 0xe3, 0xba, 0xc3]), 'txt', '记事本.txt'],
    ['a?b:c.txt', Buffer.from('x'), 'txt', 'a_b_c.txt'],
    ['invoice.exe.pdf', pdf(), 'pdf', 'invoice.exe.pdf']
  ]
  for (const [sent, bytes, type, name] of rows) t.same(accept(sent, bytes, inflate), { type, name }, sent)
})

t.test('refused', async t => {
  const rows: Array<[what: string, sent: string, bytes: Buffer, why: FileRefusal]> = [
    ['a page as a picture', 'a.jpg', page, 'fileOtherContent'],
    ['a drawing', 'a.svg', Buffer.from('<svg/>'), 'fileUnknown'],
    ['a drawing as text', 'a.txt', Buffer.from('\n <svg onload="x"/>'), 'fileOtherContent'],
    ['a page as text', 'a.txt', page, 'fileOtherContent'],
    ['a program as text', 'a.txt', Buffer.from('#!/bin/sh\n'), 'fileOtherContent'],
    ['a program', 'a.exe', Buffer.from('MZ'), 'fileUnknown'],
    ['a program as text', 'a.txt', Buffer.from('MZ\x90\x00\x03'), 'fileOtherContent'],
    ['a picture as another', 'a.png', jpeg, 'fileOtherContent'],
    ['a PDF as a document', 'a.docx', pdf(), 'fileOtherContent'],
    ['a PDF that begins later', 'a.pdf', Buffer.concat([Buffer.from('x'), pdf()]), 'fileOtherContent'],
    ['an archive behind a PDF', 'a.pdf', Buffer.concat([pdf(), archive]), 'fileBehind'],
    ['an archive in a PDF', 'a.pdf', Buffer.concat([pdf(), archive, Buffer.from('\n%%EOF')]), 'fileBehind'],
    ['a page behind a PDF', 'a.pdf', Buffer.concat([pdf(), page]), 'fileBehind'],
    ['a torn PDF', 'a.pdf', pdf().subarray(0, -8), 'fileBroken'],
    ['a PDF with a password', 'a.pdf', pdf('/Encrypt 5 0 R'), 'fileEncrypted'],
    ['a PDF with a script', 'a.pdf', pdf('/OpenAction<</S/JavaScript/JS(x)>>'), 'fileMacros'],
    ['… spelt otherwise', 'a.pdf', pdf('/OpenAction<</S/J#61vaScript/JS(x)>>'), 'fileMacros'],
    ['a PDF that starts a program', 'a.pdf', pdf('/OpenAction<</S/Launch/F(cmd.exe)>>'), 'fileMacros'],
    ['a PDF with a file in it', 'a.pdf', pdf('/Names<</EmbeddedFiles 7 0 R>>'), 'fileBehind'],
    ['an archive behind a picture', 'a.jpg', Buffer.concat([jpeg, archive]), 'fileBehind'],
    ['an archive', 'a.zip', archive, 'fileUnknown'],
    ['an archive as a document', 'a.docx', archive, 'fileOtherContent'],
    ['a sheet as a document', 'a.docx', office('xlsx'), 'fileOtherContent'],
    ['a document with macros', 'a.docx', office('docx', [{ name: 'word/vbaProject.bin', bytes: 'x' }]), 'fileMacros'],
    ['… under another name', 'a.docx',
      office('docx', [{ name: 'word/x.xml', bytes: 'x' }], '<Override ContentType="application/vnd.ms-office.vbaProject"/>'), 'fileMacros'],
    ['… its type spelt otherwise', 'a.docx',
      office('docx', [{ name: 'word/x.xml', bytes: 'x' }], '<Override ContentType="application/vnd.ms-office.&#118;baProject"/>'),
      'fileMacros'],
    ['a document with a program', 'a.docx', office('docx', [{ name: 'word/embeddings/oleObject1.bin', bytes: 'x' }]), 'fileMacros'],
    ['a document with an archive', 'a.docx', office('docx', [{ name: 'word/media/a.zip', bytes: 'x' }]), 'fileBehind'],
    ['a document with a password', 'a.docx', Buffer.from('d0cf11e0a1b11ae1', 'hex'), 'fileOtherContent'],
    ['a part with a password', 'a.docx', office('docx', [{ name: 'word/a.xml', bytes: 'x', flags: 1 }]), 'fileEncrypted'],
    ['a document that grows', 'a.docx', office('docx', [{ name: 'word/a.xml', bytes: 'x', said: 4_000_000_000 }]), 'fileTooMuch'],
    ['a list of types that grows', 'a.docx',
      zip([{ name: '[Content_Types].xml', bytes: Buffer.alloc(5_000_000, 0x20), said: 100 }]), 'fileBroken'],
    ['a part that leads out', 'a.docx', office('docx', [{ name: '../../etc/passwd', bytes: 'x' }]), 'fileBroken'],
    ['two parts of a name', 'a.docx', office('docx', [{ name: 'Word/Document.xml', bytes: 'x' }]), 'fileBroken'],
    ['two names of a part', 'a.docx',
      zip([{ name: '[Content_Types].xml', bytes: 'x', localName: '[Content_types].xml' }]), 'fileBroken'],
    ['a document behind a page', 'a.docx', Buffer.concat([Buffer.from('PK\x03\x04'), page, office('docx')]), 'fileBehind'],
    ['a document with a comment', 'a.docx', zip([{ name: 'a', bytes: 'x' }], 'comment'), 'fileBehind'],
    ['a torn document', 'a.docx', office('docx').subarray(0, -30), 'fileBroken'],
    ['a torn recording', 'a.wav', wav().subarray(0, 9000), 'fileBroken'],
    ['a recording that goes on', 'a.wav', Buffer.concat([wav(), page]), 'fileBroken'],
    ['a torn film', 'a.mp4', mp4().subarray(0, -10), 'fileBroken'],
    ['a film without directory', 'a.mp4', mp4().subarray(0, 24), 'fileBroken'],
    ['a tag without sound', 'a.mp3', Buffer.concat([mp3().subarray(0, 30), page]), 'fileOtherContent'],
    ['one frame, then a page', 'a.mp3', Buffer.concat([mp3(false).subarray(0, 417), page]), 'fileOtherContent'],
    ['nothing', 'a.txt', Buffer.alloc(0), 'fileEmpty'],
    ['no ending', 'README', Buffer.from('x'), 'fileName'],
    ['an ending alone', '.pdf', pdf(), 'fileName'],
    ['a path', '../../a.pdf', pdf(), 'fileName'],
    ['a path of another system', '..\\a.pdf', pdf(), 'fileName'],
    ['read backwards', 'a\u202Efdp.txt', Buffer.from('x'), 'fileName'],
    ['a line feed', 'a\r\nSet-Cookie: x.txt', Buffer.from('x'), 'fileName'],
    ['half a character', 'a\uD800.txt', Buffer.from('x'), 'fileName'],
    ['a long name', `${'长'.repeat(120)}.txt`, Buffer.from('x'), 'fileName'],
    ['an ending behind another', 'a.pdf.exe', pdf(), 'fileUnknown']
  ]
  for (const [what, sent, bytes, refused] of rows) t.same(accept(sent, bytes, inflate), { refused }, what)
})
