package fetch

import (
	"context"
	"io"
	"net/http"
	"net/url"
	"strings"
)

// Post sends a form to an address and returns the status of the answer. It follows the limits
// of time and networks, and neither robots.txt nor turns: it is for a service that offers the
// address to programs.
func (c *Client) Post(ctx context.Context, address string, form url.Values) (status int, err error) {
	ctx, cancel := context.WithTimeout(ctx, c.timeout)
	defer cancel()
	request, err := http.NewRequestWithContext(ctx, http.MethodPost, address, strings.NewReader(form.Encode()))
	if err != nil {
		return 0, err
	}
	request.Header.Set("User-Agent", c.agent)
	request.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	response, err := c.http.Do(request)
	if err != nil {
		return 0, c.explain(ctx, err)
	}
	defer response.Body.Close()
	_, _ = io.CopyN(io.Discard, response.Body, 64<<10) // so that the connection can be used again
	return response.StatusCode, nil
}
