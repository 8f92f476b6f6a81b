foreach(unit field_set geojson_geometry geojson_split geom_repair json_scan layer_name)
  cassini_unit_test(test_${unit} USES importers)
endforeach()
