package articles

// Match finds the programs and regions of a piece, as sorted slugs: those that its
// page says, that hints say (labels of its feed entry, of its source, of staff), and
// where nothing says a region, those of the countries that title and text name.
func (l Labels) Match(r Reading, hints ...string) (programs, regions []string) {
	return nil, nil
}
