package reading

// codeNames are names of elements that hold a listing.
var codeNames = nameSetOf([]rule{
	{"code", "rows/code-names-code"},
	{"highlight", "rows/code-names-highlight"},
	{"ln", "rows/code-names-ln"},
})

// lineNumberNames are names of the numbers beside a listing's lines. A rule of two words is
// of names that follow each other.
var lineNumberNames = nameSetOf([]rule{
	{"blob num", "rows/line-number-names-blob-num"},
	{"line number", "rows/line-number-names-line-number"},
	{"line numbers", "rows/line-number-names-line-numbers"},
	{"lineno", "rows/line-number-names-lineno"},
	{"linenos", "rows/line-number-names-linenos"},
	{"linenumber", "rows/line-number-names-linenumber"},
	{"linenumbers", "rows/line-number-names-linenumbers"},
	{"gutter", "rows/line-number-names-gutter"},
	{"lnt", "rows/line-number-names-lnt"},
	{"ln", "rows/line-number-names-ln"},
})

// copyNames are names of the buttons and titles of a listing.
var copyNames = nameSetOf([]rule{
	{"copy", "rows/copy-names-copy"},
	{"clipboard", "rows/copy-names-clipboard"},
})

// formulaNames are names of pictures of formulas.
var formulaNames = nameSetOf([]rule{
	{"latex", "rows/formula-names-latex"},
	{"tex", "rows/formula-names-tex"},
	{"math", "rows/formula-names-math"},
	{"mwe", "rows/formula-names-mwe"},
	{"equation", "rows/formula-names-equation"},
})

// shownMathClasses are classes of what a script shows in place of a formula.
var shownMathClasses = nameSetOf([]rule{
	{"MathJax", "rows/shown-math-classes-MathJax"},
	{"MathJax_Preview", "rows/shown-math-classes-MathJax_Preview"},
	{"MathJax_Display", "rows/shown-math-classes-MathJax_Display"},
	{"MathJax_SVG", "rows/shown-math-classes-MathJax_SVG"},
	{"MathJax_SVG_Display", "rows/shown-math-classes-MathJax_SVG_Display"},
	{"MathJax_CHTML", "rows/shown-math-classes-MathJax_CHTML"},
	{"MJXc-display", "rows/shown-math-classes-MJXc-display"},
	{"katex-html", "rows/shown-math-classes-katex-html"},
})
