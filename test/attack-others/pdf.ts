import { accept } from '../../src/features/attachments/rules/accept.ts'
for (const mb of [5, 20]) {
  for (const [what, fill] of [['#41', '#41'], ['plain', 'abc'], ['/JavaScrip', '/JavaScrip'], ['txt spaces', '   ']] as const) {
    const body = Buffer.alloc(mb * 1024 * 1024, fill)
    const bytes = what === 'txt spaces' ? body : Buffer.concat([Buffer.from('%PDF-1.7\n'), body, Buffer.from('\n%%EOF')])
    const at = performance.now()
    const r = accept(what === 'txt spaces' ? 'a.txt' : 'a.pdf', bytes, b => b)
    console.log(mb, what, Math.round(performance.now() - at), 'ms', JSON.stringify(r))
  }
}
