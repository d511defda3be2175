package reading

import (
	"testing"

	"github.com/google/go-cmp/cmp"
)

// TestForms keeps the forms of a text: notes, listings, formulas, tables, languages.
func TestForms(t *testing.T) {
	for _, c := range []struct{ name, fragment, content string }{
		{
			"notes lead there and back",
			`<p>Grain<sup id="r1"><a href="#n1">1</a></sup> and coal<a href="https://www.example.org/research/x#n2" name="r2">2</a>.</p><ol><li id="n1">Port statistics. <a href="#r1">↩</a></li><li id="n2">Ibid. <a href="#r2">↩</a></li></ol>`,
			`<p>Grain<sup id="text-r1"><a href="#text-n1" rel="nofollow">1</a></sup> and coal<a id="text-r2" href="#text-n2" rel="nofollow">2</a>.</p><ol><li id="text-n1">Port statistics. <a href="#text-r1" rel="nofollow">↩</a></li><li id="text-n2">Ibid. <a href="#text-r2" rel="nofollow">↩</a></li></ol>`,
		},
		{
			"headings keep ids, other elements do not",
			`<h2 id="груз">Cargo</h2><p id="p7">See <a href="#%D0%B3%D1%80%D1%83%D0%B7">cargo</a>, <a href="#comments">the comments</a> and <a href="#">this</a>.</p>`,
			`<h2 id="text-груз">Cargo</h2><p>See <a href="#text-%D0%B3%D1%80%D1%83%D0%B7" rel="nofollow">cargo</a>, <a href="https://www.example.org/research/x#comments" rel="nofollow">the comments</a> and this.</p>`,
		},
		{
			"an empty anchor",
			`<p>See <a href="#fig">the figure</a>.</p><a name="fig"></a><p>The figure of the year is the berth.</p>`,
			`<p>See <a href="#text-fig" rel="nofollow">the figure</a>.</p><a id="text-fig"></a><p>The figure of the year is the berth.</p>`,
		},
		{
			"a listing keeps its indentation, and numbers that are code",
			"<pre class=\"highlight\"><code class=\"language-python\"><span class=\"k\">if</span> ships:\n\n    <span class=\"token number\">3</span>\n</code></pre>",
			"<pre><code class=\"language-python\">if ships:\n\n    3</code></pre>",
		},
		{
			"a listing in a table of line numbers",
			"<table class=\"highlighttable\"><tr><td class=\"linenos\"><pre>1\n2</pre></td><td class=\"code\"><pre>a = 1\n  b = 2</pre></td></tr></table>",
			"<pre><code>a = 1\n  b = 2</code></pre>",
		},
		{
			"a table row for each line",
			`<table><tr><td class="blob-num" data-line-number="1"></td><td class="blob-code"><span>a = 1</span></td></tr><tr><td class="blob-num" data-line-number="2">2</td><td class="blob-code">  b = 2</td></tr></table>`,
			"<pre><code>a = 1\n  b = 2</code></pre>",
		},
		{
			"lines that are elements",
			`<pre data-lang="go"><div class="line"><span class="line-number">1</span>a := 1</div><div class="line"><span class="line-number">2</span>	b := 2</div></pre>`,
			"<pre><code class=\"language-go\">a := 1\n\tb := 2</code></pre>",
		},
		{
			"a poem keeps its links",
			"<pre>the wind\n  <a href=\"/wind\">is</a> down</pre>",
			"<pre>the wind\n  <a href=\"https://www.example.org/wind\" rel=\"nofollow\">is</a> down</pre>",
		},
		{
			"a formula of KaTeX",
			`<p>So <span class="katex"><span class="katex-mathml"><math><semantics><mrow><msup><mi>a</mi><mn>2</mn></msup></mrow><annotation encoding="application/x-tex">a^2</annotation></semantics></math></span><span class="katex-html" aria-hidden="true">a2</span></span> it is.</p>`,
			`<p>So <span><span><code class="language-tex">a^2</code></span></span> it is.</p>`,
		},
		{
			"a formula of an encyclopaedia, with its picture",
			`<p>So <span class="mwe-math-element"><span style="display: none;"><math alttext="{\displaystyle a^{2}}"><msup><mi>a</mi><mn>2</mn></msup></math></span><img src="/i/a.svg" class="mwe-math-fallback-image-inline" alt="{\displaystyle a^{2}}"></span> it is.</p>`,
			`<p>So <span><code class="language-tex">{\displaystyle a^{2}}</code></span> it is.</p>`,
		},
		{
			"MathML without TeX",
			`<p>So <math><mfrac><mrow><mi>a</mi><mo>+</mo><mn>1</mn></mrow><msqrt><mi>b</mi></msqrt></mfrac><mo>=</mo><msub><mi>x</mi><mn>12</mn></msub></math> it is.</p>`,
			`<p>So <code class="language-tex">(a + 1)/(√(b)) = x_12</code> it is.</p>`,
		},
		{
			"a table of data",
			`<table><caption>Cargo</caption><thead><tr><th scope="col" colspan="2">Year</th></tr></thead><tbody><tr><td>2025</td><td>7</td></tr></tbody></table>`,
			`<table><caption>Cargo</caption><thead><tr><th scope="col" colspan="2">Year</th></tr></thead><tbody><tr><td>2025</td><td>7</td></tr></tbody></table>`,
		},
		{
			"a table that arranges paragraphs",
			`<table><tr><td><p>Wagons wait for days at the junction.</p></td><td><p>Ships wait as well.</p></td></tr></table>`,
			`<div><div><div><div><p>Wagons wait for days at the junction.</p></div><div><p>Ships wait as well.</p></div></div></div></div>`,
		},
		{
			"languages, directions and small forms",
			`<p lang="sr-Latn-RS">H<sub>2</sub>O, 10<sup>3</sup>, <abbr title="deadweight tonnes">dwt</abbr>, <dfn>berth</dfn>, <q cite="/q">so</q>, <span dir="rtl" lang="fa">بندر</span>, <ruby>港<rp>(</rp><rt>みなと</rt><rp>)</rp></ruby></p><dl><dt>Quay</dt><dd>A place for ships.</dd></dl>`,
			`<p lang="sr-Latn-RS">H<sub>2</sub>O, 10<sup>3</sup>, <abbr title="deadweight tonnes">dwt</abbr>, <dfn>berth</dfn>, <q cite="https://www.example.org/q">so</q>, <span dir="rtl" lang="fa">بندر</span>, <ruby>港<rp>(</rp><rt>みなと</rt><rp>)</rp></ruby></p><dl><dt>Quay</dt><dd>A place for ships.</dd></dl>`,
		},
	} {
		content, _ := contentOf(t, c.fragment)
		if diff := cmp.Diff(c.content, content); diff != "" {
			t.Errorf("%s: -want +got\n%s", c.name, diff)
		}
	}
}
