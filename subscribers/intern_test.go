package subscribers_test

import (
	"context"
	"fmt"
	"slices"
	"sync"
	"testing"

	"corridor/postgres/postgrestest"
	"corridor/subscribers"

	"github.com/jmoiron/sqlx"
	"pgregory.net/rapid"
)

// TestReadersShareASetIfAndOnlyIfTheyChoseTheSame draws choices in any order and with
// duplicates.
func TestReadersShareASetIfAndOnlyIfTheyChoseTheSame(t *testing.T) {
	s := newStore(t)
	choice := func(slugs ...string) *rapid.Generator[[]string] {
		return rapid.SliceOfN(rapid.SampledFrom(slugs), 0, 4)
	}
	same := func(a, b []string) bool {
		a, b = slices.Clone(a), slices.Clone(b)
		slices.Sort(a)
		slices.Sort(b)
		return slices.Equal(slices.Compact(a), slices.Compact(b))
	}
	n := 0
	rapid.Check(t, func(rt *rapid.T) {
		var chosen [2]subscribers.Preferences
		var sets [2]int64
		for i := range chosen {
			chosen[i] = subscribers.Preferences{
				Programs: choice("eep", "spp").Draw(rt, "programs"),
				Regions:  choice("central-asia", "south-caucasus").Draw(rt, "regions"),
			}
			n++
			r, err := s.Add(t.Context(), fmt.Sprintf("a%d@example.org", n), "", chosen[i], noon)
			if err != nil {
				rt.Fatal(err)
			}
			sets[i] = r.PreferenceSetID
		}
		if want := same(chosen[0].Programs, chosen[1].Programs) && same(chosen[0].Regions, chosen[1].Regions); (sets[0] == sets[1]) != want {
			rt.Fatalf("%+v and %+v have sets %v", chosen[0], chosen[1], sets)
		}
	})
}

func TestInterningAtOnce(t *testing.T) {
	db := postgrestest.New(t)
	var wg sync.WaitGroup
	ids := make([]int64, 8)
	for i := range ids {
		wg.Go(func() {
			err := db.InTx(context.Background(), func(tx *sqlx.Tx) (err error) {
				ids[i], err = subscribers.InternTx(context.Background(), tx, []string{"eep"}, nil)
				return err
			})
			if err != nil {
				t.Error(err)
			}
		})
	}
	wg.Wait()
	if len(slices.Compact(ids)) != 1 || ids[0] == 0 {
		t.Fatalf("one choice has sets %v", ids)
	}
}

func TestSigningUpAtOnceMakesOneReader(t *testing.T) {
	s := newStore(t)
	var wg sync.WaitGroup
	var mu sync.Mutex
	messages := 0
	for range 8 {
		wg.Go(func() {
			u := subscribers.SignUp{Email: "anna@example.org", How: "form"}
			err := s.Subscribe(context.Background(), u, noon, func(context.Context, *sqlx.Tx, subscribers.Message, subscribers.Subscriber) error {
				mu.Lock()
				defer mu.Unlock()
				messages++
				return nil
			})
			if err != nil {
				t.Error(err)
			}
		})
	}
	wg.Wait()
	if messages != 3 {
		t.Errorf("%d messages, want 3 an hour", messages)
	}
}
