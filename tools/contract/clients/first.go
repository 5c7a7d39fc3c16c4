package main

import (
	"context"
	"fmt"
	"os"

	her2 "github.com/GIT_USER_ID/GIT_REPO_ID"
)

func main() {
	configuration := her2.NewConfiguration()
	configuration.Servers[0].URL = os.Args[1]
	client := her2.NewAPIClient(configuration)
	page, _, err := client.SurvivalAPI.ListSurvivalFigures(context.Background()).Execute()
	if err != nil {
		panic(err)
	}
	fmt.Println(page.Items[0].ValuePercent)
}
