import { accept } from '../../src/features/attachments/rules/accept.ts'
const bytes = Buffer.concat([Buffer.from('%PDF-1.7\n'), Buffer.alloc(25 * 1024 * 1024 - 40, '#41'), Buffer.from('\n%%EOF')])
const at = performance.now()
const r = accept('a.pdf', bytes, b => b)
console.log(Math.round(performance.now() - at), 'ms', JSON.stringify(r), 'rss MB', Math.round(process.resourceUsage().maxRSS / 1024), 'cpu s', process.cpuUsage().user / 1e6)
