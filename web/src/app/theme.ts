import {
  ActionIcon,
  Badge,
  Button,
  CloseButton,
  createTheme,
  Input,
  Menu,
  Modal,
  Paper,
  Pill,
  Switch,
  Tooltip,
  type CSSVariablesResolver,
  type MantineColorsTuple,
} from '@mantine/core';

/** A teal that keeps 4.5:1 on paper (shade 7) and on the reading-room surface (shade 3). */
const teal: MantineColorsTuple = [
  '#eaf6f8',
  '#d3ebef',
  '#a4d6df',
  '#6dc3d2',
  '#3fadc0',
  '#2394a8',
  '#137d91',
  '#0c6678',
  '#0a5161',
  '#083d49',
];

/** Neutrals with a trace of the same hue, so that greys and images sit together. */
const dark: MantineColorsTuple = [
  '#e4e9ea',
  '#b3bdbf',
  '#8d999c',
  '#566165',
  '#3a4448',
  '#293134',
  '#1d2326',
  '#14181a',
  '#0e1112',
  '#080a0b',
];

const SANS = "'Atkinson Hyperlegible Next Variable', system-ui, sans-serif";
const MONO = "'Atkinson Hyperlegible Mono Variable', ui-monospace, monospace";

/** Nothing is smaller than a fingertip where a finger points (`--tap` of tokens.css). */
const TAP = 'var(--tap)';
const square = { root: { minWidth: TAP, minHeight: TAP } };

export const theme = createTheme({
  colors: { teal, dark },
  primaryColor: 'teal',
  primaryShade: { light: 7, dark: 6 }, // both carry white text at 4.5:1
  // Hyperlegible letterforms: a patient ID with 0/O or 1/l/I must not be misread.
  fontFamily: SANS,
  fontFamilyMonospace: MONO,
  fontSizes: { xs: '0.75rem', sm: '0.8125rem', md: '0.9375rem', lg: '1.125rem', xl: '1.375rem' },
  headings: {
    fontFamily: SANS,
    fontWeight: '620',
    sizes: {
      h1: { fontSize: '1.625rem', lineHeight: '1.2' },
      h2: { fontSize: '1.25rem', lineHeight: '1.25' },
      h3: { fontSize: '1rem', lineHeight: '1.35' },
    },
  },
  defaultRadius: 'sm',
  radius: { xs: '3px', sm: '5px', md: '8px', lg: '12px', xl: '20px' },
  focusRing: 'auto',
  cursorType: 'pointer',
  respectReducedMotion: true,
  components: {
    ActionIcon: ActionIcon.extend({
      defaultProps: { variant: 'subtle', color: 'gray', size: 'md' },
      styles: square,
    }),
    Badge: Badge.extend({ defaultProps: { radius: 'xs', variant: 'light' } }),
    Button: Button.extend({ defaultProps: { size: 'xs' }, styles: square }),
    CloseButton: CloseButton.extend({ defaultProps: { iconSize: 16 }, styles: square }),
    Input: Input.extend({ defaultProps: { size: 'xs' }, styles: { input: { minHeight: TAP } } }),
    Menu: Menu.extend({
      defaultProps: {
        shadow: 'md',
        transitionProps: { duration: 90 },
        offset: 5,
        withInitialFocusPlaceholder: false, // it would be a child that no menu may have; the menu itself takes the focus
      },
      styles: { item: { minHeight: TAP } },
    }),
    Modal: Modal.extend({ defaultProps: { centered: true, transitionProps: { duration: 120 } } }),
    Paper: Paper.extend({ defaultProps: { withBorder: true, shadow: 'none' } }),
    Pill: Pill.extend({
      styles: {
        root: { background: 'var(--selected)', color: 'var(--ink)' },
        remove: { color: 'var(--ink-2)' },
      },
    }),
    Switch: Switch.extend({
      defaultProps: { size: 'xs' },
      styles: { body: { alignItems: 'center', minHeight: TAP } },
    }),
    Tooltip: Tooltip.extend({
      defaultProps: { openDelay: 450, transitionProps: { duration: 80 }, fz: 'xs' },
    }),
  },
});

/** Mantine's own variables follow the tokens of `tokens.css`, so there is one palette. */
export const cssVariables: CSSVariablesResolver = () => {
  const shared = {
    '--mantine-color-body': 'var(--surface)',
    '--mantine-color-text': 'var(--ink)',
    '--mantine-color-dimmed': 'var(--ink-3)',
    '--mantine-color-default': 'var(--surface)',
    '--mantine-color-default-border': 'var(--line-strong)',
    '--mantine-color-default-hover': 'var(--hover)',
    '--mantine-color-placeholder': 'var(--ink-3)',
    '--mantine-color-error': 'var(--danger)',
    '--mantine-color-anchor': 'var(--accent)',
  };
  return { variables: {}, light: shared, dark: shared };
};
