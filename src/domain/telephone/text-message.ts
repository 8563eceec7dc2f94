/** Chinese characters of one text message, and of each part of a long one (GSM 03.38, UCS-2). */
const single = 70
export const charactersOfPart = 67

/** Parts the network sends and counts. */
export const textParts = (whole: string): number => whole.length <= single ? 1 : Math.ceil(whole.length / charactersOfPart)

// Letters of the scripts of host names, look-alikes of ASCII among them; telephones turn any `word.word` into a link.
const label = '[\\p{Script=Latin}\\p{Script=Greek}\\p{Script=Cyrillic}\\d-]'
const letters = '[\\p{Script=Latin}\\p{Script=Greek}\\p{Script=Cyrillic}]'
// 。is a dot to a browser (UTS 46); between Chinese words it is a full stop.
const dot = '[.。]'
const chineseEnds = '中国|公司|网络|网址|网店|在线|公益|政务|中文网|商城|集团|商标|手机|移动|信息|娱乐|企业|游戏|我爱你'
const links = [
  // a scheme, whatever it opens: https://, weixin://, alipays://, mailto:
  '[a-z][a-z0-9+.-]{1,20}:\\s?[/\\\\]{2}[!-~]*',
  '(?:https?|mailto|weixin|alipays?|taobao|intent|javascript|data|sms|tel):[!-~]+',
  // a name: www.x, bit.ly/abc, x.gov.cn:8080
  `(?:${label}+${dot})+(?:${letters}{2,}|xn--[a-z0-9-]+)(?::\\d+)?(?:[/?#][!-~]*)?`,
  `[\\p{L}\\d-]+${dot}(?:${chineseEnds})(?!\\p{L})(?:[/?#][!-~]*)?`,
  // an address in figures, and a host with port and path
  '(?<![\\d.])\\d{1,3}(?:[.。]\\d{1,3}){3}(?![\\d.])(?::\\d+)?(?:/[!-~]*)?',
  'localhost(?::\\d+)?(?:/[!-~]*)?'
]
const link = new RegExp(links.join('|'), 'giu')

/** A text as telephones read it: full-width and styled letters become plain ones, invisible signs are skipped; plus the place of each. */
function plain (text: string): { read: string, from: number[] } {
  let read = ''
  const from: number[] = []
  let at = 0
  for (const sign of text) {
    for (const unit of sign.normalize('NFKC').replace(/\p{Cf}/gu, '')) {
      read += unit
      for (let i = 0; i < unit.length; i++) from.push(at)
    }
    at += sign.length
  }
  return { read, from: [...from, at] }
}

/** Citizens are told to trust no link in a text of a public office: ours carry none, in no spelling. */
export const hasLink = (text: string): boolean => plain(text).read.search(link) >= 0

/** A text put together from others' words (a title, a place): each link is replaced by a remark; the rest stays as it is. */
export function withoutLinks (text: string): string {
  const { read, from } = plain(text)
  let kept = ''
  let done = 0
  for (const found of read.matchAll(link)) {
    kept += `${text.slice(done, from[found.index])}[网址略]`
    done = from[found.index + found[0].length] ?? text.length
  }
  return kept + text.slice(done)
}
