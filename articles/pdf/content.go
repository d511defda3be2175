package pdf

import (
	"math"

	"github.com/ledongthuc/pdf"
)

// matrix is a transformation: x' = a·x + c·y + e, y' = b·x + d·y + f.
type matrix struct{ a, b, c, d, e, f float64 }

var identity = matrix{a: 1, d: 1}

// times applies m before n.
func (m matrix) times(n matrix) matrix {
	return matrix{
		m.a*n.a + m.b*n.c, m.a*n.b + m.b*n.d,
		m.c*n.a + m.d*n.c, m.c*n.b + m.d*n.d,
		m.e*n.a + m.f*n.c + n.e, m.e*n.b + m.f*n.d + n.f,
	}
}

// state is the graphics state as far as text depends on it (ISO 32000-1, 9.3).
type state struct {
	page                                     matrix
	font                                     *font
	size, letter, word, scale, leading, rise float64
}

// content reads the text of a page's content streams.
type content struct {
	state
	saved      []state
	text, line matrix
	fonts      map[string]*font // by object
	lines      *lineBuilder
	depth      int // of forms in forms
	forms      int
	shown      int // strings
}

// Limits of one page.
const (
	maxDepth = 8
	maxForms = 500
	maxSaved = 1000
	maxShown = 200_000
)

// read runs a content stream with the resources that its names stand for.
func (c *content) read(stream, resources pdf.Value) {
	names := map[string]*font{}
	pdf.Interpret(stream, func(stack *pdf.Stack, op string) {
		args := popAll(stack)
		switch op {
		case "q":
			if len(c.saved) < maxSaved {
				c.saved = append(c.saved, c.state)
			}
		case "Q":
			if last := len(c.saved) - 1; last >= 0 {
				c.state, c.saved = c.saved[last], c.saved[:last]
			}
		case "cm":
			c.page = matrixOf(args).times(c.page)
		case "Tf":
			if len(args) == 2 {
				c.font, c.size = c.fontNamed(args[0].Name(), resources, names), args[1].Float64()
			}
		case "Do":
			if len(args) == 1 {
				c.form(resources.Key("XObject").Key(args[0].Name()), resources)
			}
		default:
			c.operate(op, args)
		}
	})
}

// fontNamed returns a font of the resources. A document uses few fonts often, so each is
// read once.
func (c *content) fontNamed(name string, resources pdf.Value, names map[string]*font) *font {
	if f := names[name]; f != nil {
		return f
	}
	dict := resources.Key("Font").Key(name)
	key := dict.String()
	f := c.fonts[key]
	if f == nil && dict.Kind() == pdf.Dict {
		f = newFont(pdf.Font{V: dict})
		c.fonts[key] = f
	}
	names[name] = f
	return f
}

// form reads a form, which is content within content.
func (c *content) form(form, resources pdf.Value) {
	if form.Key("Subtype").Name() != "Form" || c.depth >= maxDepth || c.forms >= maxForms {
		return
	}
	c.forms++
	if own := form.Key("Resources"); own.Kind() == pdf.Dict {
		resources = own
	}
	before := c.state
	var args []pdf.Value
	for i := range form.Key("Matrix").Len() {
		args = append(args, form.Key("Matrix").Index(i))
	}
	c.page = matrixOf(args).times(c.page)
	c.depth++
	c.read(form, resources)
	c.depth--
	c.state = before
}

// matrixOf is the matrix of six operands; without them it changes nothing.
func matrixOf(args []pdf.Value) matrix {
	if len(args) != 6 {
		return identity
	}
	return matrix{args[0].Float64(), args[1].Float64(), args[2].Float64(), args[3].Float64(), args[4].Float64(), args[5].Float64()}
}

// operate runs an operator of text (ISO 32000-1, 9.4).
func (c *content) operate(op string, args []pdf.Value) {
	number := func(i int) float64 {
		if i < len(args) {
			return args[i].Float64()
		}
		return 0
	}
	switch op {
	case "BT":
		c.text, c.line = identity, identity
	case "Tc":
		c.letter = number(0)
	case "Tw":
		c.word = number(0)
	case "Tz":
		c.scale = number(0) / 100
	case "TL":
		c.leading = number(0)
	case "Ts":
		c.rise = number(0)
	case "Tm":
		c.line = matrixOf(args)
		c.text = c.line
	case "TD", "Td":
		if op == "TD" {
			c.leading = -number(1)
		}
		c.move(number(0), number(1))
	case "T*":
		c.move(0, -c.leading)
	case "\"", "'":
		if op == "\"" && len(args) == 3 {
			c.word, c.letter = number(0), number(1)
		}
		c.move(0, -c.leading)
		c.show(args)
	case "Tj":
		c.show(args)
	case "TJ":
		if len(args) == 1 {
			c.showAll(args[0])
		}
	}
}

func (c *content) move(x, y float64) {
	c.line = matrix{1, 0, 0, 1, x, y}.times(c.line)
	c.text = c.line
}

// showAll shows the strings of an array; numbers between them move the next one.
func (c *content) showAll(array pdf.Value) {
	for i := range min(array.Len(), maxShown) {
		if part := array.Index(i); part.Kind() == pdf.String {
			c.show([]pdf.Value{part})
		} else {
			c.text = matrix{1, 0, 0, 1, -part.Float64() / 1000 * c.size * c.scale, 0}.times(c.text)
		}
	}
}

// show adds the string in the last operand to the lines, and moves behind it.
func (c *content) show(args []pdf.Value) {
	if len(args) == 0 || c.font == nil {
		return
	}
	if c.shown++; c.shown > maxShown {
		return
	}
	raw := args[len(args)-1].RawString()
	text, codes, width, known := c.font.text(raw)
	if !known { // of a standard font: letters are about half as wide as high
		width = float64(codes) * 500
	}
	at := matrix{1, 0, 0, 1, 0, c.rise}.times(c.text).times(c.page)
	move := width/1000*c.size + float64(codes)*c.letter
	if c.font.codeSize == 1 {
		for i := range len(raw) {
			if raw[i] == ' ' {
				move += c.word
			}
		}
	}
	c.text = matrix{1, 0, 0, 1, move * c.scale, 0}.times(c.text)
	size := math.Hypot(at.c, at.d) * math.Abs(c.size)
	if math.Abs(at.b) < math.Abs(at.a) && size >= 1 { // text that is turned labels axes and margins
		c.lines.add(glyphs{x: at.e, y: at.f, end: c.text.times(c.page).e, size: size, text: text, isGuess: !known})
	}
}
