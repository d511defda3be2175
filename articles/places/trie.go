package places

// trie finds the stems that a word begins with, one character at a time. Edges are kept in
// a hash table with open addressing.
type trie struct {
	edges []edge // a power of two of them
	used  int
	ends  [][]wordID // by node: the words whose stem ends there
}

type edge struct {
	from int32
	char rune // 0: no edge
	to   int32
}

// root is the node of the empty stem; noNode stands for the lack of one.
const (
	root   int32 = 0
	noNode int32 = -1
)

func newTrie() *trie { return &trie{edges: make([]edge, 1<<10), ends: make([][]wordID, 1)} }

func (t *trie) slot(from int32, char rune) int {
	h := (uint64(uint32(from))<<32 | uint64(uint32(char))) * 0x9e3779b97f4a7c15
	i := int(h>>33) & (len(t.edges) - 1)
	for t.edges[i].char != 0 && (t.edges[i].from != from || t.edges[i].char != char) {
		i = (i + 1) & (len(t.edges) - 1)
	}
	return i
}

// next returns the node after a character, or noNode.
func (t *trie) next(from int32, char rune) int32 {
	e := &t.edges[t.slot(from, char)]
	if e.char == 0 {
		return noNode
	}
	return e.to
}

// add adds a word by its stem.
func (t *trie) add(stem string, id wordID) {
	node := root
	for _, char := range stem {
		to := t.next(node, char)
		if to == noNode {
			to = t.newNode(node, char)
		}
		node = to
	}
	t.ends[node] = append(t.ends[node], id)
}

func (t *trie) newNode(from int32, char rune) int32 {
	if 2*t.used >= len(t.edges) {
		old := t.edges
		t.edges = make([]edge, 2*len(old))
		for _, e := range old {
			if e.char != 0 {
				t.edges[t.slot(e.from, e.char)] = e
			}
		}
	}
	to := int32(len(t.ends))
	t.ends = append(t.ends, nil)
	t.edges[t.slot(from, char)] = edge{from, char, to}
	t.used++
	return to
}
