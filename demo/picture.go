package demo

import (
	"hash/fnv"
	"image"
	"image/color"
	"math"
	"math/rand/v2"
)

// picture paints a shore with sky, sun, hills and water. The slug alone determines it.
func picture(slug string) image.Image {
	const width, height = 960, 540
	h := fnv.New64a()
	h.Write([]byte(slug))
	random := rand.New(rand.NewPCG(h.Sum64(), 1))
	hue := random.Float64()
	sky, horizon := tint(hue, 0.45, 0.86), tint(hue+0.08, 0.30, 0.97)
	picture := image.NewRGBA(image.Rect(0, 0, width, height))
	sunX, sunY, sunR := 120+random.Float64()*720, 90+random.Float64()*120, 34+random.Float64()*26
	shore := 330 + random.Float64()*60
	var hills [3][width]float64
	for i := range hills {
		a, b, p := 0.004+random.Float64()*0.004, 0.011+random.Float64()*0.008, random.Float64()*9
		for x := range hills[i] {
			fx := float64(x)
			hills[i][x] = shore - 30*float64(3-i) - 38*math.Sin(fx*a+p) - 16*math.Sin(fx*b+2*p)
		}
	}
	for y := range height {
		fy := float64(y)
		for x := range width {
			fx := float64(x)
			c := blend(sky, horizon, math.Min(1, fy/shore))
			if d := math.Hypot(fx-sunX, fy-sunY); d < sunR {
				c = color.RGBA{255, 250, 236, 255}
			} else if d < sunR*5 {
				c = blend(c, color.RGBA{255, 244, 220, 255}, 0.5*math.Pow(1-(d-sunR)/(sunR*4), 2))
			}
			for i := range hills {
				if fy > hills[i][x] {
					c = tint(hue+0.03*float64(i), 0.28+0.10*float64(i), 0.72-0.17*float64(i))
				}
			}
			if fy > shore {
				depth := (fy - shore) / (height - shore)
				c = blend(tint(hue+0.02, 0.35, 0.80), tint(hue, 0.55, 0.45), depth)
				if math.Sin(fy*(0.9-0.5*depth)+3*math.Sin(fx*0.012+fy*0.05)) > 0.93-0.1*depth {
					c = blend(c, horizon, 0.35)
				}
			}
			picture.SetRGBA(x, y, c)
		}
	}
	return picture
}

func blend(a, b color.RGBA, t float64) color.RGBA {
	mix := func(x, y uint8) uint8 { return uint8(float64(x) + (float64(y)-float64(x))*t) }
	return color.RGBA{mix(a.R, b.R), mix(a.G, b.G), mix(a.B, b.B), 255}
}

// tint is the color of a hue (turns), saturation and value (0 to 1).
func tint(hue, saturation, value float64) color.RGBA {
	channel := func(offset float64) uint8 {
		k := math.Mod(offset+6*(hue-math.Floor(hue)), 6)
		return uint8(255 * (value - value*saturation*math.Max(0, math.Min(1, math.Min(k, 4-k)))))
	}
	return color.RGBA{channel(5), channel(3), channel(1), 255}
}
