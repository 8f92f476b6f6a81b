foreach(unit geojson_split json_scan)
  cassini_unit_test(test_${unit} USES importers)
endforeach()
