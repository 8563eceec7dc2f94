import type { OrderState } from '../../domain/work-order.ts'
import type { Board } from './board-types.ts'

const columns = ['received', 'filed', 'closed', 'open', 'overtime'] as const
const heads = ['受理', '立案', '办结', '在办', '超时']

/** The board as a workbook: first the filter and the moment, then towns, classes, states and rates. */
export async function boardSheet (board: Board, stateWord: (state: OrderState) => string): Promise<Buffer> {
  // Loaded on first use: it is large, and the hotline works without it.
  const { default: excel } = await import('exceljs')
  const book = new excel.Workbook()
  book.created = board.asOf
  const about = book.addWorksheet('说明')
  about.columns = [{ width: 18 }, { width: 90 }]
  about.addRows([['截至', board.asOfText], ['范围', board.scope], ['文字', board.paragraph]])
  about.getColumn(2).alignment = { wrapText: true, vertical: 'top' }
  const table = (name: string, first: string, lines: Board['byTown'], summed = true): void => {
    const sheet = book.addWorksheet(name)
    sheet.addRow([first, ...heads])
    for (const line of lines) sheet.addRow([line.name, ...columns.map(c => line[c])])
    sheet.getRow(1).font = { bold: true }
    // What departments lead is a part: only towns and classes hold every order.
    if (summed) sheet.addRow(['合计', ...columns.map(c => board.total[c])]).eachCell(cell => { cell.font = { bold: true } })
    sheet.getColumn(1).width = 24
    sheet.views = [{ state: 'frozen', ySplit: 1 }]
  }
  table('街镇', '街镇', board.byTown)
  table('委办局', '委办局', board.byDepartment, false)
  table('类别', '大类', board.byClass)
  const states = book.addWorksheet('状态')
  states.addRow(['状态', '件数'])
  for (const { state, count } of board.byState) states.addRow([stateWord(state), count])
  states.addRow(['合计', board.total.received])
  const rates = book.addWorksheet('指标')
  rates.addRow(['指标', '分子', '分母', '值', '算法'])
  for (const r of board.rates) rates.addRow([r.name, r.numerator, r.denominator, r.value, r.formula])
  rates.getColumn(4).numFmt = '0.0%'
  rates.columns.forEach((column, i) => { column.width = i === 4 ? 60 : 14 })
  for (const sheet of [states, rates]) sheet.getRow(1).font = { bold: true }
  return Buffer.from(await book.xlsx.writeBuffer())
}
