package articles_test

import (
	"fmt"

	"corridor/articles"
)

// An empty preference matches everything in its dimension.
func ExampleMatches() {
	programs, regions := []string{"energy"}, []string{"central-asia", "south-caucasus"}
	fmt.Println(articles.Matches(programs, regions, nil, []string{"south-caucasus"}))
	fmt.Println(articles.Matches(programs, regions, []string{"security"}, nil))
	// Output:
	// true
	// false
}
