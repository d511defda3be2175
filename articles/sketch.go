package articles

import (
	"encoding/binary"
	"hash/fnv"
	"math"
)

// A sketch finds the articles with a similar text by an index, without their texts: two
// texts that share most runs of three words share a band (MinHash with banding: Broder 1997;
// Leskovec, Rajaraman, Ullman: Mining of Massive Datasets, section 3.4). The texts
// themselves decide: see [similarity].
const (
	sketchBands = 8 // bands of a text
	bandRows    = 3 // minima in a band
)

// sketchOf returns the bands of a text, for the column text_bands. Two texts with a share s
// of common runs have a band in common with a probability of 1-(1-s³)⁸: 0.997 for a share of
// 0.8, 0.2 for 0.3. It is empty for a text without words.
func sketchOf(text string) []int64 {
	words := textWords(text)
	if len(words) == 0 {
		return []int64{}
	}
	var minima [sketchBands * bandRows]uint64
	for i := range minima {
		minima[i] = math.MaxUint64
	}
	for i := range max(1, len(words)-2) {
		h := fnv.New64a()
		for _, word := range words[i:min(i+3, len(words))] {
			_, _ = h.Write([]byte(word)) // never fails
			_, _ = h.Write([]byte{' '})
		}
		run := h.Sum64()
		for k := range minima {
			minima[k] = min(minima[k], mixed(run, uint64(k)))
		}
	}
	bands := make([]int64, sketchBands)
	for b := range bands {
		h := fnv.New64a()
		_, _ = h.Write([]byte{byte(b)})
		for _, m := range minima[b*bandRows : (b+1)*bandRows] {
			_, _ = h.Write(binary.LittleEndian.AppendUint64(nil, m))
		}
		bands[b] = int64(h.Sum64()) //nolint:gosec // any bits will do
	}
	return bands
}

// mixed is the k-th hash of a run: the output function of SplitMix64.
func mixed(run, k uint64) uint64 {
	z := run + (k+1)*0x9e3779b97f4a7c15
	z = (z ^ z>>30) * 0xbf58476d1ce4e5b9
	z = (z ^ z>>27) * 0x94d049bb133111eb
	return z ^ z>>31
}
