import { theme, type ThemeConfig } from 'antd'

/** One accent colour; red marks only what needs action now. Contrast is WCAG AA on white and on the bar. */
export const colours = {
  accent: '#0b5f79',
  bar: '#10303c',
  barText: '#f4f9fb',
  alarm: '#c4161c',
  warn: '#a35200',
  good: '#1c6e3d',
  muted: '#5b6770',
  line: '#d5dde1',
  page: '#f3f6f7'
} as const

export const consoleTheme: ThemeConfig = {
  algorithm: theme.compactAlgorithm,
  token: {
    colorPrimary: colours.accent,
    colorLink: colours.accent,
    colorError: colours.alarm,
    colorWarning: colours.warn,
    colorSuccess: colours.good,
    colorTextSecondary: colours.muted,
    colorTextPlaceholder: colours.muted,
    colorTextDescription: colours.muted,
    colorBgLayout: colours.page,
    borderRadius: 4,
    fontSize: 14,
    // Fonts of the machine only; none is fetched.
    fontFamily: '"PingFang SC", "Microsoft YaHei", "Noto Sans CJK SC", "Source Han Sans SC", system-ui, sans-serif',
    motion: false
  },
  components: { Table: { cellPaddingBlockSM: 5 }, Form: { itemMarginBottom: 10 } }
}
