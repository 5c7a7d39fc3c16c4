import org.openapitools.client.ApiClient;
import org.openapitools.client.api.SurvivalApi;
import org.openapitools.client.api.SurvivalApi.APIListSurvivalFiguresRequest;

public class First {
    public static void main(String[] arguments) throws Exception {
        ApiClient client = new ApiClient();
        client.updateBaseUri(arguments[0]);
        var request = APIListSurvivalFiguresRequest.newBuilder().build();
        var page = new SurvivalApi(client).listSurvivalFigures(request);
        System.out.println(page.getItems().get(0).getValuePercent());
    }
}
