import { addWords } from '../../../words/words.ts'
import type { Rule } from './rule-types.ts'

/** Figures the city chooses (规则). */
addWords<`rule.unit.${Rule['unit']}`>('admin', {
  zh: {
    rules: '规则',
    'rule.name': '规则',
    'rule.value': '现值',
    'rule.bounds': '范围',
    'rule.since': '自 {{day}}',
    'rule.shipped': '出厂值',
    'rule.coming': '将生效',
    'rule.comingFrom': '{{day}} 起 {{value}}（{{by}}）',
    'rule.entered': '新值（{{min}}–{{max}}）',
    'rule.from': '生效日（明天或以后）',
    'rule.means': '生效日起的决定按新值，之前的决定不变。时间线写明每个决定所依的规则。',
    'rule.unit.times': '次',
    'rule.unit.units': '个单位',
    'rule.unit.minutes': '分钟',
    'rule.unit.hours': '小时',
    'rule.unit.days': '天',
    'rule.unit.grade': '分',
    'rule.unit.order': '号次序'
  },
  en: {
    rules: 'Rules',
    'rule.name': 'Rule',
    'rule.value': 'Today',
    'rule.bounds': 'Bounds',
    'rule.since': 'since {{day}}',
    'rule.shipped': 'as shipped',
    'rule.coming': 'To come',
    'rule.comingFrom': '{{value}} from {{day}} ({{by}})',
    'rule.entered': 'New figure ({{min}}–{{max}})',
    'rule.from': 'First day (tomorrow or later)',
    'rule.means': 'Decisions from the first day on go by it; earlier ones stay. The timeline names the rule of each decision.',
    'rule.unit.times': 'times',
    'rule.unit.units': 'units',
    'rule.unit.minutes': 'minutes',
    'rule.unit.hours': 'hours',
    'rule.unit.days': 'days',
    'rule.unit.grade': '(grade)',
    'rule.unit.order': '(order)'
  }
})
