package main

import (
	"slices"
	"testing"
)

func TestGivenLabels(t *testing.T) {
	for _, c := range []struct {
		flag, want []string
		stays      bool
	}{
		{nil, nil, true},
		{[]string{"none"}, []string{}, false},
		{[]string{"eep"}, []string{"eep"}, false},
		{[]string{"eep", "spp"}, []string{"eep", "spp"}, false},
	} {
		if got := givenLabels(c.flag); (got == nil) != c.stays || !slices.Equal(got, c.want) {
			t.Errorf("%q is %#v, want %#v", c.flag, got, c.want)
		}
	}
}

func TestLabelNeedsLabelsOrReset(t *testing.T) {
	for _, c := range []articlesLabel{
		{Article: "1"},
		{Article: "1", Reset: true, Region: []string{"x"}},
		{Article: "1", Reset: true, Program: []string{"none"}},
		{Article: "1", Region: []string{}},
		{Article: "1", Program: []string{"x", ""}},
	} {
		err := c.Run(t.Context(), nil)
		if _, ok := err.(*usageError); !ok {
			t.Errorf("%+v: %v", c, err)
		}
	}
}
